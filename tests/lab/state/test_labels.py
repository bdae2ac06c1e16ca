"""Labels of settings and of their values are messages, but for numbers and for names of the field."""

import json

import pytest

from app.lab.state import cost, fields, trained_weights
from app.lab.state.state import build
from app.messages import Message

NAMES = {"R, G, B", "ReLU", "ELU", "GELU", "SiLU", "sigmoid", "tanh", "He", "Glorot", "LeCun"}
LIMITS = cost.CostLimits()
STACKS = [
    {},
    {"pool1": "max", "weights2": "random"},
    {"kind2": "separable"},
    {"weights1": "random", "initialiser1": "orthogonal", "channels": "grey"},
]


@pytest.mark.parametrize("values", STACKS)
def test_every_label_is_a_message_a_number_or_a_name(values):
    state = build("cat", values)
    shown = (
        *fields.picture_fields(state, LIMITS),
        *fields.layer_fields(state, 1, LIMITS),
        *fields.layer_fields(state, 2, LIMITS),
        *fields.display_fields(state, LIMITS),
    )

    plain = {option.label for field in shown for option in field.options} - NAMES
    words = [label for label in plain if isinstance(label, str) and not label.isdigit()]
    assert words == []
    assert all(isinstance(field.label, Message) for field in shown)


def test_the_training_is_described_as_in_its_file():
    file = json.loads((trained_weights.FOLDER / "trained.json").read_text(encoding="utf-8"))

    facts = trained_weights.training_facts()
    assert str(facts.told) == file["sentence"]
    assert str(facts.data) == file["data"]
