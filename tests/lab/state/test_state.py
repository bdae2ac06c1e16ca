from dataclasses import replace

import pytest

from app.engine.errors import SpecError
from app.engine.spec.stack import LayerSpec
from app.lab.state.state import build, changed, flatten


def test_the_default_is_the_stack_of_the_question():
    stack = build("cat", {}).stack

    assert stack.shapes == ((3, 256, 256), (64, 256, 256), (32, 256, 256))
    assert [layer.weights for layer in stack.layers] == ["handmade", "handmade"]


def test_flattening_and_building_are_inverse():
    state = build("cat", {"filters1": 16, "kernel2": (3, 5), "channels": "grey", "scale": "map"})

    assert build("cat", flatten(state)) == state


def test_default_weights_follow_when_the_shape_changes_and_come_back():
    narrow = changed(build("cat", {}), "filters1", 16)
    back = changed(narrow, "filters1", 64)

    assert [layer.weights for layer in narrow.stack.layers] == ["handmade", "random"]
    assert [layer.weights for layer in back.stack.layers] == ["handmade", "handmade"]


def test_weights_that_were_chosen_stay_chosen():
    state = changed(build("cat", {"weights1": "random"}), "seed", 7)

    assert state.stack.layers[0].weights == "random"


def test_an_error_of_a_layer_names_the_setting_as_the_address_does():
    with pytest.raises(SpecError, match=r"^kernel2 is 12; 1 to 11 would work\.$") as raised:
        build("cat", {"kernel2": (12, 12)})

    assert raised.value.field == "kernel2"


def test_equal_settings_are_one_key():
    first, second = build("cat", {"filters1": 64}), build("cat", {})

    assert hash(first) == hash(second)
    assert first == second
    assert first.stack.layers[0] == replace(LayerSpec(filters=64), weights="handmade")
