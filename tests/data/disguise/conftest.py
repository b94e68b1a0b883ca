from datetime import date
from random import Random

import pytest
from gaihe.data.providers.bank_card import BankCardProvider
from gaihe.data.providers.base import SplitGenerator
from gaihe.data.providers.birth_date import BirthDateProvider
from gaihe.data.providers.device_id import DeviceIdProvider
from gaihe.data.providers.id_card import IdCardProvider
from gaihe.data.providers.member_id import MemberIdProvider
from gaihe.data.providers.passport import PassportProvider
from gaihe.data.providers.phone import PhoneProvider
from gaihe.data.providers.plate import PlateProvider
from gaihe.data.providers.qq import QQProvider
from gaihe.serving.core.schema import EntityType


class Numbers:
    """Surfaces of all number-like types, as the providers write them."""

    def __init__(self, seed):
        self.random = Random(seed)
        generator = SplitGenerator()
        generator.seed_instance(seed)
        phone, passport = PhoneProvider(generator), PassportProvider(generator)
        member, device = MemberIdProvider(generator), DeviceIdProvider(generator)
        identity, birth = IdCardProvider(generator), BirthDateProvider(generator)
        self.makers = {
            EntityType.PHONE: (phone.mobile, phone.mobile, phone.landline),
            EntityType.ID_CARD: (
                lambda: identity.resident_id("430102", self.day(), "f"),
                identity.hk_id,
                lambda: identity.tw_id("f"),
                identity.mo_id,
            ),
            EntityType.PASSPORT: (passport.passport, passport.hk_permit, passport.tw_permit, passport.officer),
            EntityType.QQ: (QQProvider(generator).qq,),
            EntityType.BANK_CARD: (BankCardProvider(generator).bank_card,),
            EntityType.PLATE: (
                PlateProvider(generator).plate,
                PlateProvider(generator).any_plate,
                PlateProvider(generator).vin,
            ),
            EntityType.BIRTH_DATE: (lambda: birth.birth_date(self.day()), lambda: birth.birth_date_short(self.day())),
            EntityType.MEMBER_ID: (
                lambda: member.student_id(2021),
                lambda: member.exam_id("430102"),
                member.medical_id,
                member.parcel,
            ),
            EntityType.DEVICE_ID: (device.ip, device.mac, device.imei),
        }

    def day(self):
        return date(self.random.randrange(1960, 2010), self.random.randrange(1, 13), self.random.randrange(1, 29))

    def make(self, type):
        return self.random.choice(self.makers[type])()


@pytest.fixture
def numbers():
    return Numbers(7)
