import re

import pytest
from gaihe.data.generator.carrier import CarrierError, Declaration, Slot, Span, load_carriers, parse_file, parse_line
from gaihe.data.generator.rendering import render
from gaihe.data.generator.troupe import Troupe
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.schema import EntityType, Intent


def test_a_line_is_taken_apart():
    carrier = parse_line(
        r"third_party | 贴吧 | {a: m 20-35}{b: kin a}就他 {name/given}，\n[[ADDRESS:{estate}{digits:2}栋]]，{b.phone}",
        "x",
    )
    assert carrier.intent is Intent.THIRD_PARTY
    assert carrier.people == (Declaration("a", "m", (20, 35)), Declaration("b", relation=("kin", "a")))
    assert carrier.parts == (
        "就他 ",
        Slot("name", form="given"),
        "，\n",
        Span(EntityType.ADDRESS, (Slot("estate"), Slot("digits", argument=2), "栋")),
        "，",
        Slot("phone", "b"),
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("none | 微博", "expected 'intent"),
        ("evil | 微博 | 好", "unknown intent"),
        ("none | 微博 | [[CAT:喵]]", "unknown entity type"),
        ("none | 微博 | {姓名}", "cannot read"),
        ("none | 微博 | {a: m old}好", "unknown word 'old'"),
        ("none | 微博 | ]]", "cannot read"),
    ],
)
def test_a_bad_line_is_named_with_scene_and_number(line, reason):
    with pytest.raises(CarrierError, match=r"scene\.txt, line 2: ") as error:
        list(parse_file("# 题\n" + line, "scene"))
    assert reason in str(error.value)


CARRIERS = load_carriers()


def test_every_carrier_of_the_package_renders():
    troupe = Troupe(Split.TRAIN)
    for index, carrier in enumerate(CARRIERS):
        troupe.seed(str(index))
        segments = render(carrier, troupe)
        assert all(segment.text for segment in segments), carrier.source
        assert not any(re.search(r"\{[a-z_./]+\}", segment.text) for segment in segments), carrier.source


def test_carriers_are_many_and_varied():
    assert len({carrier.source for carrier in CARRIERS}) >= 400
    assert len({carrier.scene for carrier in CARRIERS}) >= 30
    assert {carrier.intent for carrier in CARRIERS} == set(Intent)
