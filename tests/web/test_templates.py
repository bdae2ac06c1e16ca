"""The templates use the names that the views have, and nothing else."""

import os
import re
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
from jinja2 import nodes

from app.engine.spec.layer import LayerSpec
from app.lab.deep_nets import views as ladder_views
from app.lab.exports import views as export_views
from app.lab.fold import views as fold_views
from app.lab.fold.views import FoldView
from app.lab.keep import views as keep_views
from app.lab.keep.views import DeletedView
from app.lab.kinds import views as kind_views
from app.lab.maps import views as map_views
from app.lab.maps.views import MapsView, MapView
from app.lab.one_layer import views as one_layer_views
from app.lab.pieces import training_views as training_views
from app.lab.pieces import views as piece_views
from app.lab.pixel import views as pixel_views
from app.lab.projections import views as projection_views
from app.lab.stage import face_views as face_views
from app.lab.stage import layer_views as layer_views
from app.lab.stage import learning_views as learning_views
from app.lab.stage import stage_views as stage_page_views
from app.lab.stage import views as stage_views
from app.lab.stage.lessons import lesson as lesson_parts
from app.lab.stage.lessons import number_answers
from app.lab.stage.lessons import views as lesson_views
from app.lab.stage.snapshots import views as snapshot_views
from app.lab.stage.views import AboutView, LabView
from app.lab.state import views as field_views
from app.lab.wall import views as wall_views
from app.lab.weights import views as weights_views
from app.web import rendering
from app.web.embedding.print_layout import Paper
from app.web.embedding.share import ChoiceView, EmbeddingView
from app.web.embedding.snippets import SnippetView
from app.web.errors import ErrorView
from app.web.filters.files import Bar
from app.web.language.links import LanguageLink
from app.web.legal_links import LegalLink
from app.web.lost_picture import LostPicture
from app.web.pages.live import LivePage
from app.web.rendering import TEMPLATES, make_environment
from app.web.snapshot.training import Step
from tools.snapshots.index import Listed

CONTEXTS = {
    "lab": LabView,
    "maps": MapsView,
    "map": MapView,
    "fold": FoldView,
    "wall": wall_views.WallView,
    "pixel": pixel_views.PixelView,
    "costs": kind_views.CostsView,
    "intermediate": kind_views.IntermediateView,
    "about": AboutView,
    "deleted": DeletedView,
    "error": ErrorView,
    "embedding": EmbeddingView,
    "ladder": ladder_views.LadderView,
    "one_layer": one_layer_views.OneLayerView,
    "exports": export_views.ExportsView,
    "projections": projection_views.ProjectionsView,
    "editor": map_views.EditorView,
    "training": training_views.TrainingView,
    "learning": learning_views.LearningView,
    "projected": projection_views.ProjectionsView,
    "weights": keep_views.ImportView,
    "contents": keep_views.ContentsView,
    "lesson": lesson_views.LessonView,
    "lessons": lesson_views.LessonsView,
    "room": lesson_views.RoomView,
}
LOOPS = {
    "live": LivePage,
    "lock": ChoiceView,
    "hide": ChoiceView,
    "theme": ChoiceView,
    "language": ChoiceView,
    "snippet": SnippetView,
    "tile": map_views.TileView,
    "layer": layer_views.LayerView,
    "sample": keep_views.SampleView,
    "kernel": piece_views.KernelView,
    "picture": stage_views.PictureView,
    "seen": piece_views.RectangleView,
    "channel": stage_views.ChannelView,
    "option": field_views.OptionView,
    "tick": piece_views.TickView,
    "two": layer_views.LayerView,
    "now": fold_views.SumView,
    "first": layer_views.LayerView,
    "second": layer_views.LayerView,
    "rung": ladder_views.RungView,
    "last": ladder_views.RungView,
    "drawing": ladder_views.DrawingView,
    "bar": ladder_views.BarView,
    "place": projection_views.ProjectionView,
    "preset": map_views.PresetView,
    "curve": training_views.CurveView,
    "scene": lesson_views.SceneView,
    "statement": LegalLink,
}
# Names that stand for another view in each file.
OTHERS: dict[str, dict[str, type]] = {
    "base.html": {"one": LanguageLink},
    "pieces/field.html": {"item": field_views.FieldView},
    "pieces/legend.html": {"item": piece_views.LegendView, "stop": str},
    "pieces/unread.html": {"one": piece_views.UnreadView},
    "kinds/costs.html": {"row": kind_views.CostView, "count": kind_views.CountView},
    "kinds/intermediate.html": {
        "between": kind_views.IntermediateView,
        "one": kind_views.BetweenView,
    },
    "exports/exports.html": {"code": export_views.CodeView},
    "stage/lost.html": {"lost": LostPicture},
    "pixel/pooling.html": {"pool": pixel_views.PoolingView},
    "wall/wall_kinds.html": {"one": piece_views.KindView},
    "pieces/plane.html": {"one": piece_views.PlaneView},
    "pieces/sprite.html": {
        "sheet": piece_views.SheetView,
        "box": piece_views.BoxView,
        "window": piece_views.RectangleView,
    },
    "one_layer/one_layer.html": {"one": one_layer_views.OneFilterView},
    "one_layer/one_layer_offer.html": {"one_layer": one_layer_views.OneLayerOfferView},
    "stage/faces.html": {"faces": face_views.FacesView, "box": piece_views.RectangleView},
    "stage/face_sum.html": {"faces": face_views.FacesView},
    "stage/numbers.html": {"one": layer_views.LayerView},
    "fold/equation.html": {
        "one": piece_views.ContributionView,
        "steps": fold_views.TwoStepsView,
    },
    "fold/parts.html": {
        "one": piece_views.ContributionView,
        "steps": fold_views.TwoStepsView,
        "box": piece_views.BoxView,
    },
    "fold/read_words.html": {"reads": LayerSpec},
    "fold/sum.html": {
        "one": fold_views.WrongView,
        "pinned": pixel_views.PixelView,
    },
    "pieces/photo.html": {"plane": piece_views.PlaneView},
    "maps/maps.html": {"plan": piece_views.GridPlanView},
    "stage/bench.html": {
        "stage": stage_page_views.StageView,
        "flow": stage_page_views.FlowView,
        "one": stage_page_views.FlowView,
    },
    "stage/lab.html": {"field": field_views.FieldView},
    "lessons/scenes/scene_counts.html": {
        "counts": lesson_views.CountsView,
        "row": lesson_views.CountRowView,
        "counted": lesson_views.CountedView,
    },
    "lessons/room.html": {"one": lesson_views.CountView},
    "lessons/scenes/scene_picture.html": {
        "picture": lesson_views.PictureSceneView,
    },
    "lessons/scenes/scene_row.html": {
        "last": lesson_views.RowView,
    },
    "pixel/ledger.html": {"paper": Paper, "one": pixel_views.WindowView},
    "pixel/sight.html": {
        "field": piece_views.RectangleView,
        "seen": pixel_views.LocalFilterView,
    },
    "fold/running_sum.html": {"one": fold_views.SumView},
    "pieces/title.html": {"wall": wall_views.WallView},
    "weights/contents.html": {"one": keep_views.ConvolutionView, "norm": keep_views.BatchNormView},
    "weights/imported.html": {
        "origin": weights_views.OriginView,
        "one": weights_views.TensorOriginView,
        "other": weights_views.TensorOriginView,
    },
    "wall/wall_board.html": {"one": wall_views.WallColumnView, "band": wall_views.BandView},
    "wall/wall_folded.html": {"one": wall_views.WallRowView, "sheet": str},
    "wall/wall_cell.html": {"cell": wall_views.CellView, "one": piece_views.ContributionView},
    "wall/wall_changes.html": {"changes": wall_views.ChangesView, "one": wall_views.EffectView},
    "wall/wall_column.html": {"reach": wall_views.ReachView, "one": wall_views.EffectView},
    "wall/wall_row.html": {"made": wall_views.MadeOfView, "one": wall_views.PartView},
    "training/learning.html": {"one": learning_views.ColourFilterView},
    "pieces/training.html": {"one": training_views.TrainingStepView},
    "fold/wrong_words.html": {"one": fold_views.WrongView},
    "lessons/lessons.html": {"one": lesson_views.LessonLinkView},
    "lessons/progress.html": {"one": lesson_views.LessonLinkView},
    "lessons/fixed.html": {"one": lesson_views.FixedView},
    "lessons/gap.html": {"gap": number_answers.Gap},
    "lessons/reveal.html": {"reveal": lesson_parts.Reveal, "one": lesson_parts.Explanation},
    "lessons/answers.html": {"option": lesson_parts.Option, "asks": number_answers.NumberGuess},
    "lessons/scenes/scene_spot.html": {
        "spot": lesson_views.SpotView,
        "around": piece_views.RectangleView,
        "seen": lesson_views.SeenView,
        "box": piece_views.RectangleView,
    },
    "snapshot/lesson_snapshot.html": {
        "option": lesson_parts.Option,
        "reveal": lesson_parts.Reveal,
        "one": lesson_parts.Explanation,
        "answered": lesson_views.LessonView,
        "answers": number_answers.NumberAnswers,
        "told": lesson_parts.Reveal,
        "shown": lesson_views.LessonView,
    },
    "snapshot/snapshot_index.html": {"file": Listed},
    "snapshot/snapshot_training.html": {
        "shown": Step,
        "step": Step,
        "one": learning_views.ColourFilterView,
    },
    "snapshot/lesson_reveal.html": {
        "reveal": lesson_parts.Reveal,
        "one": lesson_parts.Explanation,
    },
    "snapshot/snapshot_wall.html": {"box": piece_views.BoxView},
    "snapshot/snapshot_ledger.html": {"one": pixel_views.WindowView},
    "snapshot/snapshot_sum.html": {
        "pictures": snapshot_views.FoldPicturesView,
        "part": piece_views.ContributionView,
        "one": piece_views.ContributionView,
        "share": Bar,
        "steps": fold_views.TwoStepsView,
        "step": fold_views.SumView,
        "answer": fold_views.WrongView,
        "box": piece_views.BoxView,
    },
    "snapshot/fold_snapshot.html": {"pictures": snapshot_views.FoldPicturesView},
    "lessons/scenes/scene_filters.html": {"one": learning_views.ColourFilterView},
    "lessons/scenes/scene_training.html": {"one": learning_views.ColourFilterView},
    "lessons/scenes/scene_faces.html": {
        "shown": lesson_views.FaceSceneView,
        "faces": face_views.FacesView,
        "box": piece_views.RectangleView,
    },
}
ROOMS = (
    ladder_views,
    export_views,
    fold_views,
    keep_views,
    kind_views,
    map_views,
    one_layer_views,
    piece_views,
    pixel_views,
    projection_views,
    face_views,
    layer_views,
    learning_views,
    stage_views,
    stage_page_views,
    field_views,
    wall_views,
    weights_views,
    training_views,
    lesson_views,
    lesson_parts,
)
KNOWN_ELSEWHERE = {"urls", "its", "loop", "here", "share", "self", "laid", "own"}
FILES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def names_used(file: str) -> list[list[str]]:
    """Chains such as lab.map.channel, as lists of names."""
    tree = make_environment().parse((TEMPLATES / file).read_text())
    chains = []
    for node in tree.find_all(nodes.Getattr):
        chain, inner = [node.attr], node.node
        while isinstance(inner, nodes.Getattr):
            chain.insert(0, inner.attr)
            inner = inner.node
        if isinstance(inner, nodes.Name):
            chains.append([inner.name, *chain])
    return chains


def follow(kind: type, names: list[str]) -> None:
    for name in names:
        hints = get_type_hints(kind)
        assert name in hints, f"{kind.__name__} has no {name}"
        kind = hints[name]
        if get_origin(kind) is UnionType:
            kind = next(one for one in get_args(kind) if one is not type(None))
        if not is_dataclass(kind):
            return


@pytest.mark.parametrize("file", FILES)
def test_every_name_in_a_template_is_a_field_of_its_view(file):
    known = CONTEXTS | LOOPS | OTHERS.get(file, {})
    for name, *rest in names_used(file):
        if name not in KNOWN_ELSEWHERE:
            follow(known[name], rest)


@pytest.mark.parametrize("name", CONTEXTS)
def test_a_partial_names_its_context_and_its_root_is_its_file_name(name):
    (path,) = TEMPLATES.rglob(f"{name}.html")
    text = path.read_text()

    assert f"{CONTEXTS[name].__module__}.{CONTEXTS[name].__name__}" in text
    assert re.search(rf'id="{name}["-]', text)


def test_every_view_is_frozen_and_holds_no_array():
    for kind in {one for room in ROOMS for one in vars(room).values() if is_dataclass(one)}:
        if is_dataclass(kind):
            assert kind.__dataclass_params__.frozen
            for field in fields(kind):
                assert "ndarray" not in str(field.type)


def test_the_keys_of_each_answer_are_the_fields_of_its_view(client):
    addresses = {
        "/images/cat.json": LabView,
        "/images/cat/layers/1/maps.json": MapsView,
        "/images/cat/layers/1/maps/0.json": MapView,
        "/images/cat/layers/2/maps/0/contributions.json": FoldView,
        "/images/cat/layers/2/maps/0/pixel.json?row=0&col=0": pixel_views.PixelView,
        "/about.json": AboutView,
        "/ladder.json": ladder_views.LadderView,
        "/weights.json": keep_views.ImportView,
        "/images/cat/layers/1/maps/0/projections.json": projection_views.ProjectionsView,
        "/images/cat/one_layer.json?activation1=linear&activation2=linear": (
            one_layer_views.OneLayerView
        ),
        "/images/cat/training.json?weights1=trained": learning_views.LearningView,
        "/images/cat/export.json": export_views.ExportsView,
        "/images/nothing.json": ErrorView,
    }
    for address, kind in addresses.items():
        assert set(client.get(address).json()) == {field.name for field in fields(kind)}


def test_a_template_that_changes_under_a_running_server_is_not_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    environment = rendering.make_environment.__wrapped__()
    (tmp_path / "one.html").write_text("before")
    said = [environment.get_template("one.html").render()]
    (tmp_path / "one.html").write_text("after it")
    os.utime(tmp_path / "one.html", (0, 0))
    said.append(environment.get_template("one.html").render())

    assert said == ["before", "before"]
