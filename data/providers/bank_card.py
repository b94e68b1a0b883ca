"""Bank cards and, rarely, passbook and company accounts.

Source: issuers' prefixes and the Luhn digit (see ``gaihe.serving.types.bank_card``); the shares are judgements.
"""

from __future__ import annotations

from functools import cache

from gaihe.data.lexicon.weighted import Weighted
from gaihe.data.providers.base import ValueProvider
from gaihe.serving.types.bank_card import issuers
from gaihe.serving.types.checksum import luhn_digit

_ACCOUNT_NUMBER_SHARE = 0.05

_SHARE = {
    "中国工商银行": 18,
    "中国农业银行": 17,
    "中国建设银行": 17,
    "中国银行": 11,
    "中国邮政储蓄银行": 10,
    "招商银行": 8,
    "交通银行": 6,
}
_SHARE_OF_OTHERS = 15
BANKS = {
    "icbc": "中国工商银行",
    "abc": "中国农业银行",
    "ccb": "中国建设银行",
    "boc": "中国银行",
    "psbc": "中国邮政储蓄银行",
    "cmb": "招商银行",
    "bocom": "交通银行",
}
"""The banks of which a card can be asked for, by the abbreviations of their own names."""
_CREDIT_SHARE = 0.12
_LENGTHS = (16, 17, 18, 19)
_FORM = Weighted({"": 70, " ": 24, "-": 3, "half": 3})
_ACCOUNT_LENGTH = Weighted({12: 2, 15: 3, 17: 3, 20: 4, 18: 1})
_ACCOUNT_STARTS = ("0200", "1001", "1202", "1813", "3301", "4300", "4400", "6013", "9112", "3700", "5105", "8010")


@cache
def _prefixes(only: str | None) -> Weighted[tuple[str, int]]:
    """Card prefixes with the card's length, weighted by bank and by use today (UnionPay's 62… above older ones)."""
    cards: dict[str, dict[tuple[str, int], float]] = {}
    for issuer in issuers():
        if issuer.type in ("DC", "CC") and issuer.length in _LENGTHS and only in (None, issuer.bank):
            kind = 1 - _CREDIT_SHARE if issuer.type == "DC" else _CREDIT_SHARE
            bank = cards.setdefault(issuer.bank if issuer.bank in _SHARE else "", {})
            for prefix in issuer.prefixes:
                bank[prefix, issuer.length] = kind * (10 if prefix.startswith("62") else 1)
    weights: dict[tuple[str, int], float] = {}
    for name, bank in cards.items():
        total = sum(bank.values())
        weights |= {card: weight / total * _SHARE.get(name, _SHARE_OF_OTHERS) for card, weight in bank.items()}
    return Weighted(weights)


class BankCardProvider(ValueProvider):
    """Card and account numbers."""

    def bank_card(self, bank: str | None = None) -> str:
        """A card number of 16 to 19 digits, a quarter of them grouped by four; one in twenty is an account number.

        ``bank`` is the full name of an issuer, one of `BANKS`; of a bank that is named there are cards only.
        """
        if bank is None and self.random.random() < _ACCOUNT_NUMBER_SHARE:
            length = _ACCOUNT_LENGTH.pick(self.random) - 4
            return self.random.choice(_ACCOUNT_STARTS) + self.digits(length)
        prefix, length = _prefixes(bank).pick(self.random)
        payload = prefix + self.digits(length - len(prefix) - 1)
        number = payload + luhn_digit(payload)
        form = _FORM.pick(self.random)
        if form == "half":
            return f"{number[:6]} {number[6:]}"
        return form.join(number[at : at + 4] for at in range(0, length, 4)) if form else number
