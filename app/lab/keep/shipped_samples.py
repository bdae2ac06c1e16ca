"""The sample photographs that are shipped, by their files in static/samples."""

from app.lab.keep.views import SampleView
from app.messages import sentence

PUBLIC_DOMAIN = sentence("public domain")
SHIPPED: dict[str, SampleView] = {
    "cat.jpg": SampleView(
        id="cat",
        title=sentence("Chelsea the cat"),
        credit=sentence("photograph by {name}", name="Stéfan van der Walt"),
        terms="CC0",
        source="scikit-image data",
    ),
    "coffee.jpg": SampleView(
        id="coffee",
        title=sentence("A cup of coffee"),
        credit=sentence("photograph by {name}", name="Rachel Michetti, Pikolo Espresso Bar"),
        terms="CC0",
        source="scikit-image data",
    ),
    "astronaut.jpg": SampleView(
        id="astronaut",
        title=sentence("Eileen Collins, astronaut"),
        credit="NASA Great Images",
        terms=PUBLIC_DOMAIN,
        source="scikit-image data",
    ),
    "rocket.jpg": SampleView(
        id="rocket",
        title=sentence("Launch of DSCOVR on a Falcon 9"),
        credit="SpaceX Photos",
        terms="CC0",
        source="scikit-image data",
    ),
    "retina.jpg": SampleView(
        id="retina",
        title=sentence("The back of a human eye"),
        credit="Mikael Häggström, WikiJournal of Medicine 1 (2), 2014",
        terms="CC0",
        source="scikit-image data",
    ),
    "brick.jpg": SampleView(
        id="brick",
        title=sentence("A brick wall, grey"),
        credit=sentence("{name}, cropped", name="CC0Textures, Bricks25"),
        terms="CC0",
        source="scikit-image data",
    ),
    "galaxies.jpg": SampleView(
        id="galaxies",
        title=sentence("Hubble eXtreme Deep Field"),
        credit="NASA, HubbleSite 2012/37",
        terms=PUBLIC_DOMAIN,
        source="scikit-image data",
    ),
    "face.png": SampleView(
        id="face",
        title=sentence("Faces and parts of faces"),
        credit=sentence("a drawing, made with the parts that the bank face looks for"),
        terms="MIT",
        source="tools.training.face",
    ),
}
