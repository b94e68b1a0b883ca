import pytest
from gaihe.serving.types.id_card import canonical, hong_kong_digit, region_codes, taiwan_digit, valid
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("11010519491231002x", "11010519491231002X"),
        ("110105 19491231 002X", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        ("A123456(3)", "A1234563"),
        ("a123456（3）", "A1234563"),
        ("1234567/8", "12345678"),
        ("430102****0305****", "430102****0305****"),
        ("不知道", "不知道"),
    ],
)
def test_everyday_surfaces_have_one_canonical_form(surface, value):
    assert canonical(surface) == value


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("11010519491231002X", True),  # the example of GB 11643-1999
        ("110105194912310021", False),
        ("11010519490231002X", False),
        ("00010519491231002X", False),
        ("11010529991231002X", False),
        ("110105491231002", True),
        ("110105491331002", False),
        ("A1234563", True),
        ("A1234564", False),
        ("A123456789", True),  # the usual Taiwan specimen
        ("A123456788", False),
        ("12345678", None),
        ("92345678", False),
        ("430102****0305****", None),
        ("1234", False),
    ],
)
def test_region_date_and_check_digit_decide(value, verdict):
    assert valid(value) is verdict


def test_residence_permits_of_the_three_regions_are_resident_numbers():
    assert {"810000", "820000", "830000"} <= region_codes()


def test_check_digits_of_known_specimens():
    assert hong_kong_digit("G123456") == "A"
    assert taiwan_digit("A12345678") == "9"


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(position, shift):
    number = "11010519491231002X"
    wrong = number[:position] + str((int(number[position]) + shift) % 10) + number[position + 1 :]
    assert valid(wrong) is False


@given(st.text() | st.text("0123456789xXA*() ", min_size=6, max_size=20))
def test_canonical_is_idempotent_and_nothing_raises(text):
    value = canonical(text)
    assert canonical(value) == value
    valid(value)
