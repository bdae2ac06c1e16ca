"""The addresses that are recorded: every view in each of its forms, over settings of every kind."""

from collections.abc import Iterator

SETTINGS = (
    "",
    "filters1=16&kernel1=5",
    "kind2=separable&weights2=random&seed=3",
    "kind2=depthwise&filters2=64&weights2=random",
    "kind2=pointwise_first&weights2=random&multiplier2=2",
    "groups2=4&weights2=random&initialiser2=orthogonal",
    "stride1=2&padding1=valid&pool1=max",
    "padding_mode1=reflect&dilation2=2&activation2=tanh",
    "pool1=average&pool_size1=3&scale=stack",
    "weights1=trained&weights2=trained&step=512",
    "flip=on&show=preactivation&contrast=linear",
    "channels=grey&normalise=none&size=128",
    "mute=3,17&order=size",
    "edit1=3.0,0,1,0,1,-4,1,0,1,0&scale=map",
    "activation1=linear&activation2=linear&bias1=off",
    "weights1=gabor&kernel1=7&axes=last",
)
VIEWS = (
    "/images/cat",
    "/images/cat.json",
    "/images/cat/layers/1/maps.png",
    "/images/cat/layers/2/maps.json",
    "/images/cat/layers/2/maps/7",
    "/images/cat/layers/2/maps/7/contributions.json",
    "/images/cat/layers/2/maps/7/contributions.png",
    "/images/cat/layers/2/maps/7/pixel.json?row=20&col=30",
    "/images/cat/layers/2/wall.png",
)
ONCE = (
    "/",
    "/about",
    "/weights",
    "/ladder",
    "/ladder.json",
    "/ladder?layers=conv3-64,pool2,conv3-128",
    "/ladder/preview.png",
    "/ladder/embedding",
    "/embed.js",
    "/openapi.json",
    "/oembed?url=http://127.0.0.1/images/cat",
    "/images/cat/picture.png",
    "/images/cat/channels/1.png",
    "/images/cat/qr.svg",
    "/images/cat/preview.png?width=300",
    "/images/cat/embedding?lock=all&theme=dark",
    "/images/cat/one_layer?activation1=linear&activation2=linear",
    "/images/cat/one_layer.png?activation1=linear&activation2=linear",
    "/images/cat/training?weights1=trained&step=128",
    "/images/cat/layers/1/filters.png",
    "/images/cat/layers/1/maps",
    "/images/cat/layers/1/maps?filters1=8",
    "/images/cat/layers/2/maps/7.json",
    "/images/cat/layers/2/maps/7.png",
    "/images/cat/layers/2/maps/7/filter.png",
    "/images/cat/layers/2/maps/7/values",
    "/images/cat/layers/2/maps/7?kernel=3",
    "/images/cat/layers/2/maps/7/contributions",
    "/images/cat/layers/2/maps/7/contributions?sum=12&input=4",
    "/images/cat/layers/2/maps/7/contributions/figure.svg",
    "/images/cat/layers/2/maps/7/contributions/figure.png",
    "/images/cat/layers/2/maps/7/contributions/4/values",
    "/images/cat/layers/2/maps/7/sums/12.png",
    "/images/cat/layers/2/maps/7/sums/moving",
    "/images/cat/layers/2/maps/7/wrong/mean.png",
    "/images/cat/layers/2/maps/7/wrong/shared.png",
    "/images/cat/layers/2/maps/7/pixel?row=20&col=30",
    "/images/cat/layers/2/maps/7/pixel.csv?row=20&col=30",
    "/images/cat/layers/2/maps/7/pixel/filter.png?row=20&col=30",
    "/images/cat/layers/2/maps/7/projections",
    "/images/cat/layers/2/maps/7/projections.json",
    "/images/cat/layers/2/maps/7/projections.png",
    "/images/cat/layers/2/wall",
    "/images/cat/layers/2/wall.json?column=4",
    "/images/cat/layers/2/wall?row=4&column=3",
    "/images/cat/layers/2/costs",
    "/images/cat/layers/2/costs.json?kind2=separable&weights2=random",
    "/images/cat/layers/2/intermediate?kind2=separable&weights2=random",
    "/images/cat/layers/2/intermediate.png?kind2=separable&weights2=random",
    "/images/cat/trace.npz?size=64",
    "/images/cat/export",
    "/images/cat/export/stack_numpy.py",
    "/images/cat/export/stack_pytorch.py?kind2=separable&weights2=random",
    "/images/cat/export/stack_keras.py?padding_mode1=reflect",
    "/images/cat/export/stack.ipynb",
    "/images/cat/export/weights.safetensors",
    "/images/cat/export/maps.csv",
    "/images/nothing",
    "/images/cat?kernel1=99",
)
EMBEDDED = ("", "?lock=all", "?hide=settings&theme=light")


def addresses() -> Iterator[str]:
    """Yield the path and query of each request."""
    for view in VIEWS:
        for settings in SETTINGS:
            joint = "&" if "?" in view else "?"
            yield f"{view}{joint}{settings}" if settings else view
    yield from ONCE
    for choices in EMBEDDED:
        yield f"/embed/images/cat/layers/2/maps/7/contributions{choices}"
