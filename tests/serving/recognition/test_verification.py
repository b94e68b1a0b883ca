import numpy as np
import pytest
from gaihe.serving.core.labels import LabelSet
from gaihe.serving.core.schema import BUILT_IN, EntityType
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.recognition.verification import begin_of, end_of, settle, type_score, verify_as, whole_end
from gaihe.serving.reveal import LONGEST_SURFACE
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.surfaces import SURFACES

LABELS = LabelSet()


def type_scores(logits):
    return [type_score(logits, place) for place in range(len(LABELS.types))]


def wavering(text, first, second, gap):
    """Logits at which ``first`` leads ``second`` by ``gap`` a character."""
    logits = np.full((len(text), len(LABELS.names)), -30.0, dtype=np.float32)
    count = len(LABELS.types)
    for kind, lead in ((first, 0.0), (second, -gap)):
        rows = [LABELS.begin(kind), *[LABELS.begin(kind) + count] * (len(text) - 2), LABELS.begin(kind) + 2 * count]
        logits[np.arange(len(text)), rows] = lead
    return logits


@pytest.mark.parametrize(
    ("text", "model", "check"),
    [
        ("I32-O9Z1-8O57", EntityType.MEMBER_ID, EntityType.PHONE),
        ("一三八零零一三八零零零", EntityType.MEMBER_ID, EntityType.PHONE),
        ("11010519491231002X", EntityType.MEMBER_ID, EntityType.ID_CARD),
        ("36.152.44.96", EntityType.ACCOUNT, EntityType.DEVICE_ID),
    ],
)
def test_a_check_decides_where_the_model_wavers(text, model, check):
    found = settle(verify_as(text, model), text, wavering(text, model, check, 5.9), LABELS.types)
    assert found.kind is check and found.valid
    assert settle(verify_as(text, model), text, wavering(text, model, check, 6.1), LABELS.types).kind is model


def test_a_value_that_passes_its_own_check_keeps_its_type():
    text = "13800138000"
    logs = wavering(text, EntityType.PHONE, EntityType.ID_CARD, 0.0)
    assert settle(verify_as(text, EntityType.PHONE), text, logs, LABELS.types).kind is EntityType.PHONE


@pytest.mark.parametrize(
    ("text", "found", "limit", "whole"),
    [
        ("['电话13800138000']", "138001380", 15, "13800138000"),
        ("电话13800138000", "138001380", 12, "138001380"),
        ("电话13800138000", "13800138000", 13, "13800138000"),
        ("电话138001380001234", "138001380", 17, "138001380"),
        ("电话13800138000", "电话", 13, "电话"),
        ("电话13800138000转8001", "13800138000", 18, "13800138000"),
    ],
)
def test_a_number_that_stops_amid_its_digits_is_taken_whole(text, found, limit, whole):
    start = text.index(found)
    scores = wavering(text, EntityType.PHONE, EntityType.NAME, 7.0)
    end = whole_end(text, (start, start + len(found)), limit, EntityType.PHONE, scores, LABELS.types)
    assert text[start:end] == whole


@pytest.mark.parametrize(
    ("text", "kind", "kept"),
    [
        ("13800138000（3", EntityType.PHONE, "13800138000"),
        ("一三八零零一三八零零零 (12", EntityType.PHONE, "一三八零零一三八零零零"),
        ("11010519491231002X【1", EntityType.ID_CARD, "11010519491231002X"),
        ("138（0013）8000", EntityType.PHONE, "138（0013）8000"),
        ("138（00138000", EntityType.PHONE, "138（00138000"),
        ("（13800138000", EntityType.PHONE, "（13800138000"),
        ("桔园小区（3", EntityType.ADDRESS, "桔园小区（3"),
    ],
)
def test_a_number_ends_before_a_bracket_that_it_does_not_close(text, kind, kept):
    scores = wavering(text, kind, EntityType.NAME, 7.0)
    assert text[: end_of(text, kind, scores, LABELS.types)] == kept


@pytest.mark.parametrize(
    ("text", "found", "kept"),
    [
        ("IPv6：240e:f7::3", "6：240e:f7::3", "240e:f7::3"),
        ("ipv4: 114.247.50.2", "4: 114.247.50.2", "114.247.50.2"),
        ("IPv6：", "6：", "6："),
        ("MAC 6:240e:f7::3", "6:240e:f7::3", "6:240e:f7::3"),
    ],
)
def test_an_address_begins_after_its_label(text, found, kept):
    start, end = text.index(found), len(text)
    assert text[begin_of(text, (start, end), EntityType.DEVICE_ID) :] == kept
    assert begin_of(text, (start, end), EntityType.ACCOUNT) == start


def test_a_span_does_not_begin_with_white_space():
    text = "瓣id \u3000ⓐⓝⓖⓔⓛ_87"
    assert text[begin_of(text, (3, len(text)), EntityType.ACCOUNT) :] == "ⓐⓝⓖⓔⓛ_87"
    assert begin_of("id  ", (2, 4), EntityType.ACCOUNT) == 2


def test_the_released_model_finds_an_address_without_its_label():
    (found,) = Recognizer.load().detect("IPv6：240e:388:9c20:1f00::3 别找错")
    assert (found.text, found.value) == ("240e:388:9c20:1f00::3", "240e:388:9c20:1f00::3")


def test_a_name_is_never_settled_by_a_number():
    text = "13800138000"
    logits = wavering(text, EntityType.NAME, EntityType.PHONE, 0.0)
    assert settle(verify_as(text, EntityType.NAME), text, logits, LABELS.types).kind is EntityType.NAME


def test_types_differ_in_score_as_in_mean_log_probability():
    logits = wavering("138", EntityType.PHONE, EntityType.QQ, 1.5)
    scores = dict(zip(LABELS.types, type_scores(logits), strict=True))
    assert scores[EntityType.PHONE] - scores[EntityType.QQ] == pytest.approx(1.5, abs=1e-4)
    assert scores[EntityType.PHONE] - scores[EntityType.NAME] > 15
    single = np.zeros((1, len(LABELS.names)), dtype=np.float32)
    single[0, LABELS.begin(EntityType.QQ) + 3 * len(LABELS.types)] = 2.0
    assert int(np.argmax(type_scores(single))) == LABELS.types.index(EntityType.QQ)


@settings(max_examples=1000)
@given(SURFACES, st.sampled_from(BUILT_IN))
def test_anything_is_verified_without_an_error(surface, kind):
    found = verify_as(surface, kind)
    assert found.kind is kind
    assert isinstance(found.value, str)
    assert found.valid in (True, False, None)


@pytest.mark.parametrize("kind", BUILT_IN)
def test_a_surface_too_long_for_any_value_is_not_verified(kind):
    surface = "①" * (LONGEST_SURFACE + 1)
    assert verify_as(surface, kind) == (kind, (), surface, None)


def test_a_verification_says_what_a_disguise_hides():
    found = verify_as("１３８００１３８０００", EntityType.PHONE)
    assert (found.value, found.valid) == ("13800138000", True)
    assert found.evasion
