"""What each slot of a carrier stands for: a value of an invented person, or a filler that is nobody's data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from importlib import import_module

from gaihe.data.generator.carrier import Slot
from gaihe.data.generator.person import Person
from gaihe.data.lexicon.tables import Split
from gaihe.data.providers.account import AccountProvider
from gaihe.data.providers.bank_card import BANKS, BankCardProvider
from gaihe.data.providers.base import SplitGenerator
from gaihe.data.providers.birth_date import BirthDateProvider
from gaihe.data.providers.device_id import DeviceIdProvider
from gaihe.data.providers.email import EmailProvider
from gaihe.data.providers.fillers.filler import FillerProvider
from gaihe.data.providers.fillers.link import LinkProvider
from gaihe.data.providers.fillers.lookalike import LookalikeProvider
from gaihe.data.providers.id_card import IdCardProvider
from gaihe.data.providers.member_id import MemberIdProvider
from gaihe.data.providers.passport import PassportProvider
from gaihe.data.providers.phone import PhoneProvider
from gaihe.data.providers.plate import PlateProvider
from gaihe.data.providers.qq import QQProvider
from gaihe.data.providers.wechat import WechatProvider
from gaihe.serving.core.errors import SheetError
from gaihe.serving.core.schema import BUILT_IN, EntityType
from gaihe.serving.types import Maker, sheet_of

_SLOTS_OF_TYPE: dict[EntityType, str] = {
    EntityType.NAME: "name",
    EntityType.PHONE: "phone landline",
    EntityType.ID_CARD: "id_card hk_id tw_id mo_id",
    EntityType.PASSPORT: "passport hk_permit tw_permit home_return officer",
    EntityType.ADDRESS: "address",
    EntityType.EMAIL: "email",
    EntityType.QQ: "qq qq_group",
    EntityType.WECHAT: "wechat",
    EntityType.ACCOUNT: "weibo douyin kuaishou bilibili xiaohongshu zhihu douban tieba steam game_id alipay github "
    "telegram twitter taobao weibo_url bilibili_url douban_url zhihu_url",
    EntityType.BANK_CARD: "bank_card",
    EntityType.PLATE: "plate vin",
    EntityType.SCHOOL: "school",
    EntityType.WORKPLACE: "workplace",
    EntityType.BIRTH_DATE: "birth_date",
    EntityType.MEMBER_ID: "student_id employee_id exam_id social_id medical_id member_id parcel booking",
    EntityType.DEVICE_ID: "ip mac imei",
}
SLOT_TYPES: dict[str, EntityType] = {slot: kind for kind, slots in _SLOTS_OF_TYPE.items() for slot in slots.split()}
"""The entity type of every slot that makes an entity of a built-in type."""

_TEXT_SLOTS = ("name", "address", "school", "workplace")
_PLACES = ("city", "province", "county", "town", "village", "road", "hospital", "high_school")
_REGIONAL_PHONE = 0.6
_ALWAYS_NEW = frozenset({"mention", "price", "digits", "serial", "order_no", "score", "version", "private_ip"})
"""Slots of which every use is another one: two prices, two people after an @."""


class SlotError(ValueError):
    """A slot that a carrier names and nothing can fill."""


def slot_types(types: Iterable[EntityType]) -> dict[str, EntityType]:
    """The entity type of every slot that makes an entity, those of installed types among them.

    Raises:
        SlotError: two types have a slot of one name.
    """
    slots = dict(SLOT_TYPES)
    for kind in types:
        for slot in maker.slots if (maker := sheet_of(kind).maker) else ():
            if slot in SLOTS or slot in slots:
                raise SlotError(f"the slot {slot!r} of {kind} is there already; give it another name")
            slots[slot] = kind
    return slots


class PostGenerator(SplitGenerator):
    """A generator with every provider of the project added, and those of installed types.

    Args:
        split: whose lexicon entries the providers use.
        types: the types whose values can be made, beside the built-in ones.
    """

    def __init__(self, split: Split, types: Sequence[EntityType] = BUILT_IN) -> None:
        super().__init__(split)
        self.accounts = AccountProvider(self)
        self.bank_cards = BankCardProvider(self)
        self.birth_dates = BirthDateProvider(self)
        self.devices = DeviceIdProvider(self)
        self.emails = EmailProvider(self)
        self.fillers = FillerProvider(self)
        self.id_cards = IdCardProvider(self)
        self.links = LinkProvider(self)
        self.lookalikes = LookalikeProvider(self)
        self.member_ids = MemberIdProvider(self)
        self.passports = PassportProvider(self)
        self.phones = PhoneProvider(self)
        self.plates = PlateProvider(self)
        self.qq_numbers = QQProvider(self)
        self.wechat_ids = WechatProvider(self)
        providers = (
            self.accounts,
            self.bank_cards,
            self.devices,
            self.id_cards,
            self.lookalikes,
            self.member_ids,
            self.passports,
            self.plates,
            self.qq_numbers,
            self.fillers,
        )
        self.by_name: dict[str, Callable[[], str]] = {
            name: getattr(provider, name)
            for provider in providers
            for name in SLOTS.difference(_PERSONAL, _PLACES, ("digits",))
            if hasattr(type(provider), name)
        }
        self.slot_types = slot_types(types)
        for maker in filter(None, (sheet_of(kind).maker for kind in types)):
            self.by_name |= _installed_makers(maker, self)


def _installed_makers(maker: Maker, generator: SplitGenerator) -> dict[str, Callable[[], str]]:
    """What makes the values of an installed type's slots.

    Raises:
        SheetError: there is no such provider, or it has no method of a slot's name.
    """
    module, _, name = maker.provider.partition(":")
    try:
        provider = getattr(import_module(module), name)(generator)
        return {slot: getattr(provider, slot) for slot in maker.slots}
    except (ImportError, AttributeError) as error:
        raise SheetError(f"the provider {maker.provider}, with slots {', '.join(maker.slots)}: {error}") from error


_FILLERS = (
    "surname gender age digits city province county town village road "
    "nick mention estate building_no room_no landmark date time year price count score order_no tracking "
    "serial isbn credit_code hotline version hash private_ip flight train company univ high_school hospital "
    "brand shop fiction star_nick car phone_model app emoji kaomoji"
)
SLOTS = frozenset(SLOT_TYPES) | frozenset(_FILLERS.split())
"""Every slot that a carrier may name."""


class Actor:
    """A person in a post, and the values already told of them: a slot told twice is the same, but for `_ALWAYS_NEW`."""

    def __init__(self, person: Person, generator: PostGenerator) -> None:
        self.person = person
        self._generator = generator
        self._told: dict[tuple[str, str | None, int | None], str] = {}

    def tell(self, slot: Slot) -> str:
        """The text for a slot of this person.

        Raises:
            SlotError: no such slot or form.
        """
        if slot.name in _ALWAYS_NEW:
            return self._make(slot)
        key = slot.name, slot.form, slot.argument
        if key not in self._told:
            self._told[key] = self._make(slot)
        return self._told[key]

    @cached_property
    def mobile(self) -> str:
        """The person's mobile number."""
        phones, origin = self._generator.phones, self.person.origin
        if origin in ("hk", "tw") and self._generator.random.random() < _REGIONAL_PHONE:
            return phones.regional_mobile(origin)
        return phones.mobile()

    @cached_property
    def qq(self) -> str:
        """The person's QQ number."""
        return self._generator.qq_numbers.qq()

    def _make(self, slot: Slot) -> str:
        generator = self._generator
        if slot.name in _TEXT_SLOTS:
            try:
                return self.person.surface(slot.name, slot.form)
            except ValueError as error:
                raise SlotError(str(error)) from None
        if slot.name in _PLACES:
            place: str = getattr(generator.fillers, slot.name)(self.person.region)
            return place
        if slot.argument is not None:
            return generator.lookalikes.digits(slot.argument)
        if personal := _PERSONAL.get(slot.name if slot.form is None else f"{slot.name}/{slot.form}"):
            return personal(self, generator)
        if slot.form is not None or slot.name not in generator.by_name:
            raise SlotError(f"unknown slot {slot.name!r}, or form {slot.form!r} of it")
        return generator.by_name[slot.name]()


def _card_of(bank: str) -> Callable[[Actor, PostGenerator], str]:
    return lambda actor, make: make.bank_cards.bank_card(bank)


_PERSONAL: dict[str, Callable[[Actor, PostGenerator], str]] = {
    "phone": lambda actor, make: actor.mobile,
    "landline": lambda actor, make: make.phones.landline(actor.person.city),
    "id_card": lambda actor, make: make.id_cards.resident_id(
        actor.person.region_code, actor.person.birth, actor.person.sex
    ),
    "id_card/region": lambda actor, make: actor.person.region_code,
    "tw_id": lambda actor, make: make.id_cards.tw_id(actor.person.sex),
    "passport": lambda actor, make: make.passports.passport(actor.person.origin),
    "weibo/uid": lambda actor, make: make.accounts.weibo_uid(),
    "bilibili/uid": lambda actor, make: make.accounts.bilibili_uid(),
    "email": lambda actor, make: make.emails.email(
        actor.person.pinyin, actor.person.birth.year, actor.mobile, actor.qq
    ),
    "qq": lambda actor, make: actor.qq,
    "wechat": lambda actor, make: make.wechat_ids.wechat(actor.person.pinyin, actor.person.birth),
    "plate": lambda actor, make: make.plates.plate(actor.person.plate_prefix),
    "plate/any": lambda actor, make: make.plates.any_plate(actor.person.plate_prefix),
    "birth_date": lambda actor, make: make.birth_dates.birth_date(actor.person.birth),
    "birth_date/short": lambda actor, make: make.birth_dates.birth_date_short(actor.person.birth),
    "student_id": lambda actor, make: make.member_ids.student_id(actor.person.enrolment_year),
    "exam_id": lambda actor, make: make.member_ids.exam_id(actor.person.region_code),
    "social_id": lambda actor, make: make.member_ids.social_id(actor.person.region_code),
    "univ": lambda actor, make: make.fillers.univ(actor.person.study),
    "booking/train": lambda actor, make: make.member_ids.booking("train"),
    "booking/ticket": lambda actor, make: make.member_ids.booking("ticket"),
    "booking/pnr": lambda actor, make: make.member_ids.booking("pnr"),
    "booking/hotel": lambda actor, make: make.member_ids.booking("hotel"),
    "surname": lambda actor, make: actor.person.name.surname or make.fillers.surname(),
    "gender": lambda actor, make: make.fillers.gender(actor.person.sex),
    "age": lambda actor, make: str(actor.person.age),
    "price/small": lambda actor, make: make.lookalikes.price("small"),
    "price/large": lambda actor, make: make.lookalikes.price("large"),
    "time/clock": lambda actor, make: make.lookalikes.clock(),
    "time/night": lambda actor, make: make.lookalikes.hour("night"),
    "time/morning": lambda actor, make: make.lookalikes.hour("morning"),
    "time/evening": lambda actor, make: make.lookalikes.hour("evening"),
} | {f"bank_card/{form}": _card_of(bank) for form, bank in BANKS.items()}
