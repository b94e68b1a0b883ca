import pytest
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.redaction import REDACTION_PRESETS, Operator, load_redaction_policy, redact, redaction_policy
from gaihe.serving.verdict.policy import PolicyError

NAME, PHONE = EntityType.NAME, EntityType.PHONE
TEXT = "张丽13800138000"
FOUND = [Entity(0, 2, NAME, "张丽", "张丽", 0.5), Entity(2, 13, PHONE, "13800138000", "13800138000", 0.9)]


def policy(**keys):
    return redaction_policy({"name": "own", "version": "1", **keys}, "the request")


def test_every_preset_can_be_loaded_and_named():
    assert [load_redaction_policy(name).name for name in REDACTION_PRESETS] == list(REDACTION_PRESETS)


@pytest.mark.parametrize(
    ("keys", "redacted"),
    [
        ({}, "【姓名】【电话】"),
        ({"brackets": "[]"}, "[姓名][电话]"),
        ({"operator": "mask"}, "张*138****8000"),
        ({"operator": "bar"}, "██" + 11 * "█"),
        ({"operator": "remove", "operators": {"NAME": "label"}}, "【姓名】"),
        ({"operators": {"PHONE": "keep"}}, "【姓名】13800138000"),
        ({"types": {"PHONE": False}}, "【姓名】13800138000"),
        ({"threshold": 0.6}, "张丽【电话】"),
        ({"threshold": 0.6, "thresholds": {"NAME": 0.4}}, "【姓名】【电话】"),
        ({"keep": ["13800138000"]}, "【姓名】13800138000"),
        ({"keep": ["138-0013-8000"]}, "【姓名】13800138000"),
        ({"keep": ["+86 138 0013 8000"]}, "【姓名】13800138000"),
    ],
)
def test_a_policy_says_what_takes_whose_place(keys, redacted):
    assert redact(TEXT, FOUND, policy(**keys)).text == redacted


def test_a_date_stays_in_any_writing():
    date = Entity(0, 10, EntityType.BIRTH_DATE, "1990-01-02")
    assert redact("1990-01-02", [date], policy(keep=["1990年1月2日"])).text == "1990-01-02"


@pytest.mark.parametrize(
    ("text", "found", "redacted"),
    [
        ("刘德华唱歌，德华在家", [(0, 3, NAME), (6, 8, NAME)], "刘德华唱歌，【姓名】在家"),
        ("热线400 123 4567，扣1234567", [(16, 23, EntityType.QQ)], "热线400 123 4567，扣【QQ号】"),
        ("热线4001234567，扣123456", [(14, 20, EntityType.QQ)], "热线4001234567，扣【QQ号】"),
        ("单号14001234567，扣1234567", [(15, 22, EntityType.QQ)], "单号1400【QQ号】，扣【QQ号】"),
    ],
)
def test_a_value_that_stays_stands_as_a_whole(text, found, redacted):
    entities = [Entity(start, end, kind, text[start:end]) for start, end, kind in found]
    assert redact(text, entities, policy(keep=["刘德华", "400-123-4567"])).text == redacted


@pytest.mark.parametrize(
    ("keep", "text", "found", "redacted"),
    [
        ("12345", "打12345。138-12345-678，k=138-12345-678&t", [(7, 20, PHONE)], "打12345。【电话】，k=【电话】&t"),
        ("小王", "联系小王丽；n=小王丽，小王", [(2, 5, NAME)], "联系【姓名】；n=【姓名】，小王"),
        ("400-123-4567", "扣1234567，400 123 4567", [(1, 8, EntityType.QQ)], "扣【QQ号】，400 123 4567"),
    ],
)
def test_a_value_that_stays_shields_no_longer_one(keep, text, found, redacted):
    entities = [Entity(start, end, kind, text[start:end]) for start, end, kind in found]
    assert redact(text, entities, policy(keep=[keep])).text == redacted


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ({"operator": "burn"}, "the request: operator: must be one of mask"),
        ({"operators": {"PHONE": 3}}, "operators.PHONE: must be one of"),
        ({"operators": {"FONE": "mask"}}, "operators.FONE: is unknown"),
        ({"brackets": "()"}, "brackets: must be one of"),
        ({"thresholds": {"PHONE": 2}}, "thresholds.PHONE: must be a number from 0 to 1"),
        ({"mask": "*"}, "mask: is unknown"),
        ({"version": None}, "version: is missing"),
    ],
)
def test_a_fault_is_named_with_its_key(keys, reason):
    with pytest.raises(PolicyError, match=reason.replace(".", r"\.")):
        policy(**keys)


def test_a_file_has_the_verdicts_format(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text('name = "own"\nversion = "2"\n[operators]\nPHONE = "mask"\n', encoding="utf-8")
    read = load_redaction_policy(file)
    assert read.operator_of(PHONE) is Operator.MASK
    assert read.operator_of(NAME) is Operator.LABEL
    with pytest.raises(PolicyError, match="cannot read the policy"):
        load_redaction_policy(tmp_path / "absent.toml")


@pytest.mark.parametrize(("given", "kind"), [(None, "NoneType"), ({"name": "own", "version": "1"}, "dict")])
def test_what_is_no_policy_is_named(given, kind):
    with pytest.raises(TypeError, match=f"a policy is a preset's name, a file or a RedactionPolicy, not {kind}"):
        load_redaction_policy(given)


def test_hashes_need_a_key_that_is_long_enough():
    with pytest.raises(ValueError, match="need a key"):
        redact(TEXT, FOUND, policy(operator="hash"))
    with pytest.raises(ValueError, match="16 bytes or more, not 5"):
        redact(TEXT, FOUND, policy(operator="hash"), key=b"short")
    with pytest.raises(TypeError, match="a key is bytes, not str; of a text: key.encode"):
        redact(TEXT, FOUND, policy(operator="hash"), key="sixteen characters")
