from functools import partial

import pytest
from gaihe.data.providers.codes import credit_character, isbn_digit, organisation_digit
from gaihe.data.providers.fillers.lookalike import LookalikeProvider
from gaihe.serving.types import bank_card, birth_date, device_id, id_card, phone
from hypothesis import given
from hypothesis import strategies as st

from tests.data.providers.seeded import seeded

SLOTS = (
    "order_no tracking serial isbn credit_code hotline version hash private_ip flight train price count score date time"
    " year room_no building_no"
)

provider = partial(seeded, LookalikeProvider)


def draws(method, count=2000):
    source = provider(1)
    return [getattr(source, method)() for _ in range(count)]


@pytest.mark.parametrize("slot", SLOTS.split())
@given(seed=st.integers())
def test_every_slot_is_filled(slot, seed):
    value = getattr(provider(seed), slot)()
    assert value == value.strip() != ""
    assert not set("#%~?{}") & set(value)


def test_some_order_numbers_look_just_like_phone_card_and_identity_numbers():
    orders = draws("order_no")
    assert any(phone.valid(order) for order in orders)
    assert any(bank_card.valid(order) for order in orders)
    assert any(
        len(order) == 18 and order.isdecimal() and birth_date.valid(f"{order[6:10]}-{order[10:12]}-{order[12:14]}")
        for order in orders
    )
    assert any(phone.valid(count) for count in draws("count"))


def test_hotlines_belong_to_nobody():
    assert not any(phone.valid(phone.canonical(hotline)) for hotline in draws("hotline"))


def test_credit_codes_are_no_identity_numbers():
    assert not any(id_card.valid(id_card.canonical(code)) for code in draws("credit_code"))


def test_private_addresses_are_not_valid():
    assert not any(device_id.valid(address) for address in draws("private_ip"))


@given(st.integers())
def test_codes_carry_their_check_characters(seed):
    source = provider(seed)
    isbn = source.isbn().replace("-", "")
    assert len(isbn) == 13
    assert isbn_digit(isbn[:12]) == isbn[12]
    code = source.credit_code()
    assert len(code) == 18
    assert organisation_digit(code[8:16]) == code[16]
    assert credit_character(code[:17]) == code[17]


def test_check_characters_of_published_codes():
    assert isbn_digit("978711154742") == "6"
    assert organisation_digit("D2143569") == "X"
    assert credit_character("91350100M000100Y4") == "3"
