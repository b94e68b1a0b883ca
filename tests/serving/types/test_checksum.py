import pytest
from gaihe.serving.types.checksum import luhn, luhn_digit, mod_11_2_digit
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("number", ["79927398713", "4111111111111111", "490154203237518"])
def test_published_luhn_numbers(number):
    assert luhn(number)


def test_the_example_of_the_identity_number_standard():
    assert mod_11_2_digit("11010519491231002") == "X"


@given(st.text("0123456789", min_size=2, max_size=24), st.integers(1, 9), st.data())
def test_luhn_notices_any_single_wrong_digit(payload, shift, data):
    number = payload + luhn_digit(payload)
    position = data.draw(st.integers(0, len(number) - 1))
    wrong = str((int(number[position]) + shift) % 10)
    assert luhn(number)
    assert not luhn(number[:position] + wrong + number[position + 1 :])
