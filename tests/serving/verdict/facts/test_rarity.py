from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.facts.rarity import fitting
from hypothesis import given

from tests.serving.surfaces import SURFACES
from tests.serving.verdict.marked import spans


def test_the_more_is_told_the_fewer_fit():
    common = fitting(spans(("NAME", "张伟")))
    assert 30_000 < common < 1_000_000
    assert fitting(spans(("NAME", "左梦婷"))) < common / 100
    school = fitting(spans(("NAME", "王芳"), ("SCHOOL", "湖南大学")))
    assert school < fitting(spans(("SCHOOL", "湖南大学"))) < fitting(spans(("NAME", "张某"), ("ADDRESS", "雨花区")))
    assert fitting(spans(("SCHOOL", "长郡中学高二3班"))) < fitting(spans(("SCHOOL", "长郡中学")))
    assert fitting(spans(("NAME", "王芳"), ("BIRTH_DATE", "1998-03-05"))) < fitting(spans(("NAME", "王芳")))


def test_of_a_date_of_birth_without_its_day_more_fit():
    whole, month = ("BIRTH_DATE", "1953-10-05"), ("BIRTH_DATE", "1953-10")
    assert 20 < fitting(spans(("NAME", "张伟"), month)) / fitting(spans(("NAME", "张伟"), whole)) < 45


def test_a_number_has_one_bearer_and_a_masked_one_tells_nothing():
    assert fitting(spans(("PHONE", "13800138000"))) == 1
    assert fitting(spans(("PHONE", "138****8000"))) == fitting([]) == 1_400_000_000


@given(SURFACES)
def test_any_span_fits_somebody(surface):
    for kind in EntityType:
        assert 1 <= fitting([Entity(0, len(surface), kind, surface)]) <= 1_400_000_000
