"""The label layer of a tagger that goes on with other types."""

from pathlib import Path

import pytest
import torch
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import BUILT_IN, EntityType
from gaihe.training.config import load_config
from gaihe.training.model.tagger import build_tagger, labels_of, load_weights

RELEASED = Path(__file__).parents[3] / "models" / "default"
CAT = EntityType.named("CAT")


@pytest.fixture(scope="module")
def released():
    model, _ = load_weights(RELEASED)
    return model.float().classifier.state_dict()


def begun(types):
    config = load_config([f"model.base={RELEASED}"]).model
    model, _ = build_tagger(config, LabelSet(types))
    assert labels_of(model) == LabelSet(types)
    return model.classifier.state_dict()


def rows(layer, types, kind):
    """The weights and biases of a type's labels, one prefix after another."""
    labels = LabelSet(types)
    places = [labels.begin(kind) + prefix * len(types) for prefix in range(4)]
    return torch.cat([layer["weight"][places], layer["bias"][places, None]], dim=1)


def test_a_tagger_goes_on_with_its_own_labels(released):
    layer = begun(BUILT_IN)
    assert all(layer[name].equal(released[name]) for name in released)


def test_old_labels_keep_their_weights_where_a_type_is_added_before_or_after_them(released):
    for types in ((*BUILT_IN, CAT), (CAT, *BUILT_IN)):
        layer = begun(types)
        assert layer["weight"].shape[0] == 69
        assert layer["weight"][0].equal(released["weight"][0])
        assert all(rows(layer, types, kind).equal(rows(released, BUILT_IN, kind)) for kind in BUILT_IN)


def test_a_new_type_begins_as_the_mean_of_the_old_ones_and_is_never_the_likeliest(released):
    types = (*BUILT_IN, CAT)
    layer = begun(types)
    old = torch.stack([rows(released, BUILT_IN, kind) for kind in BUILT_IN])
    torch.testing.assert_close(rows(layer, types, CAT), old.mean(dim=0))
    states = torch.randn(200, layer["weight"].shape[1])
    best = (states @ layer["weight"].T + layer["bias"]).argmax(dim=1)
    assert not set(best.tolist()) & {LabelSet(types).begin(CAT) + 17 * prefix for prefix in range(4)}


def test_types_that_are_left_out_lose_their_rows(released):
    types = (EntityType.PHONE, EntityType.NAME)
    layer = begun(types)
    assert layer["bias"].shape == (9,)
    assert all(rows(layer, types, kind).equal(rows(released, BUILT_IN, kind)) for kind in types)
