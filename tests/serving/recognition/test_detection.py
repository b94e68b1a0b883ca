"""The JSON of what is found."""

from dataclasses import fields

from gaihe.serving.core.schema import Entity, EntityType, NoiseKind
from gaihe.serving.recognition.detection import FIELDS, detection_record


def test_the_fields_of_an_entity_are_those_that_adapters_and_clients_give():
    from gaihe.client.results import Entity as Answered

    found = Entity(
        start=0, end=4, type=EntityType.PHONE, text="一三八0", score=0.5, value="1380", valid=True,
        evasion=(NoiseKind.CHINESE_NUMERAL,),
    )  # fmt: skip
    record = detection_record(found)
    kinds = {name: list[str] if isinstance(value, list) else type(value) for name, value in record.items()}
    assert kinds == dict(FIELDS)
    assert {field.name for field in fields(Answered)} == set(FIELDS)
