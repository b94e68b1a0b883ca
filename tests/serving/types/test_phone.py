import pytest
from gaihe.serving.types.phone import area_codes, canonical, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("138-0013-8000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("(+86)13800138000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("138****8000", "138****8000"),
        ("0731-88823456", "073188823456"),
        ("（0731）88823456", "073188823456"),
        ("+86-731-88823456", "073188823456"),
        ("+86 10 88823456", "01088823456"),
        ("0731-88823456转801", "073188823456-801"),
        ("0731-88823456-801", "073188823456-801"),
        ("+86-479-5302010-3853", "04795302010-3853"),
        ("88823456", "88823456"),
        ("+852 6123 4567", "+85261234567"),
        ("852-61234567", "+85261234567"),
        ("+886 0912 345 678", "+886912345678"),
        ("0912-345-678", "0912345678"),
        ("没有号码", "没有号码"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("13800138000", True),
        ("16212345678", True),
        ("17012345678", True),
        ("19912345678", True),
        ("15412345678", False),
        ("12012345678", False),
        ("1380013800", False),
        ("073188823456", True),
        ("073188823456-801", True),
        ("01088823456", True),
        ("033388823456", False),
        ("073198823456", False),
        ("88823456", None),
        ("91234567", None),
        ("+85261234567", True),
        ("+85311234567", False),
        ("+886912345678", True),
        ("0912345678", True),
        ("+14155550123", None),
        ("138****8000", None),
        *((hotline, False) for hotline in ("110", "10086", "12345", "95588", "4008001234", "8008101234")),
    ],
)
def test_the_number_plan_decides(value, verdict):
    assert valid(value) is verdict


def test_changsha_has_eight_digit_numbers():
    assert area_codes()["0731"] == (8, ("长沙", "株洲", "湘潭"))


@given(st.text() | st.text("0123456789+-() 转*（）x"))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
