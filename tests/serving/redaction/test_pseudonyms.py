import json
import re
from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from gaihe.data.files.markup import gold_posts, written_posts
from gaihe.data.generator.corpus import CorpusSettings
from gaihe.data.generator.corpus import posts as generated
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.schema import BUILT_IN, Entity, EntityType
from gaihe.serving.redaction import MappingError, Pseudonym, PseudonymMap, redact, restore, seal, unseal
from gaihe.serving.redaction.draws import Draws
from gaihe.serving.redaction.inventing import invented
from gaihe.serving.types import sheet_of
from gaihe.serving.types.bank_card import issuers
from gaihe.serving.types.checksum import luhn, mod_11_2_digit
from gaihe.serving.types.id_card import region_codes
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.restore import outcome

NAME, PHONE = EntityType.NAME, EntityType.PHONE
KEY, OTHER_KEY = b"sixteen bytes of", b"sixteen bytes or"


def found(text, *spans):
    entities, position = [], 0
    for surface, kind, value in spans:
        start = text.index(surface, position)
        position = start + len(surface)
        entities.append(Entity(start, position, kind, surface, value))
    return entities


def drawn(kind, surface="x", value=""):
    return [invented(kind, surface, value, Draws(KEY, str(number))) for number in range(200)]


def test_an_id_cards_check_character_is_right_and_its_region_is_none():
    for number in drawn(EntityType.ID_CARD):
        assert len(number) == 18
        assert mod_11_2_digit(number[:17]) == number[17]
        assert number[:6] not in region_codes()


def test_a_bank_cards_check_digit_is_right_and_nobody_issues_it():
    prefixes = {prefix for issuer in issuers() for prefix in issuer.prefixes}
    for number in drawn(EntityType.BANK_CARD):
        assert luhn(number)
        assert not any(number.startswith(prefix) for prefix in prefixes)


@pytest.mark.parametrize("value", ["13800138000", "073188823456", "88823456", "+85261234567"])
def test_no_telephone_is_called_by_an_invented_number(value):
    assert not any(sheet_of(PHONE).valid(sheet_of(PHONE).value(number)) for number in drawn(PHONE, value, value))


@pytest.mark.parametrize("value", ["8.8.8.8", "2400:3200::1", "aa:bb:cc:dd:ee:ff"])
def test_no_device_answers_to_an_invented_address(value):
    kind = EntityType.DEVICE_ID
    made = drawn(kind, value, value)
    assert not any(sheet_of(kind).valid(address) for address in made if not address.startswith("02:"))
    assert all(int(address[:2], 16) & 2 for address in made if address.startswith("02:"))


@pytest.mark.parametrize("kind", BUILT_IN)
def test_invented_values_differ_and_one_key_gives_one(kind):
    made = drawn(kind)
    assert len(set(made)) > 190
    assert made == drawn(kind)
    assert all(text == text.strip() and "\n" not in text for text in made)


@pytest.mark.parametrize("kind", [EntityType.EMAIL, EntityType.PLATE, EntityType.QQ, EntityType.NAME])
def test_an_invented_value_is_its_own_canonical_value_but_for_case(kind):
    assert all(sheet_of(kind).value(text).casefold() == text.casefold() for text in drawn(kind, "张丽"))


def test_a_value_has_one_invented_value_in_each_of_its_writings():
    text = "张丽 13800138000，138-0013-8000找张丽，弓长丽"
    entities = found(
        text,
        ("张丽", NAME, "张丽"),
        ("13800138000", PHONE, "13800138000"),
        ("138-0013-8000", PHONE, "13800138000"),
        ("张丽", NAME, "张丽"),
        ("弓长丽", NAME, "张丽"),
    )
    new = redact(text, entities, "llm", key=KEY)
    first, plain, dashed, again, split = [new.text[span.start : span.end] for span in new.spans]
    assert first == again
    assert dashed == f"{plain[:3]}-{plain[3:7]}-{plain[7:]}"
    assert split != first
    assert split.replace("-", "") == first
    assert restore(new.text, new.mapping) == text
    assert redact(text, entities, "llm", key=KEY).text == new.text
    assert redact(text, entities, "llm", key=OTHER_KEY).text != new.text


@pytest.mark.parametrize(
    ("kind", "surfaces", "shape"),
    [
        ("BIRTH_DATE", ["1998年3月5日", "1998-03-05"], r"(\d{4})年(\d+)月(\d+)日 \1-0?\2-0?\3"),
        ("BIRTH_DATE", ["1998-03-05", "98.3.5", "19980305"], r"..(..)年(\d+)月(\d+)日 \1\.\2\.\3 \d{8}"),
        ("BIRTH_DATE", ["1998年3月25日", "25/03/1998"], r"(\d{4})年(\d+)月(\d+)日 \3/0?\2/\1"),
        ("BIRTH_DATE", ["1998-03-05", "5 Mar 1998"], r"(\d{4})年(\d+)月(\d+)日 \1-\2-\3"),
        ("DEVICE_ID", ["36.152.44.96", "36.152.44.96:8080"], r"([\d.]+) \1:8080"),
        ("DEVICE_ID", ["36.152.44.96:8080", "36.152.44.96"], r"([\d.]+):8080 \1"),
        ("DEVICE_ID", ["a0:b2:c3:d4:e5:f6", "A0-B2-C3-D4-E5-F6"], r"02(?::[0-9a-f]{2}){5} 02(?:-[0-9A-F]{2}){5}"),
        ("DEVICE_ID", ["2400:3200::1", "2400:3200:0:0:0:0:0:1"], r"2001:db8:\S+::\S+ 2001:0db8(?::[0-9a-f]{4}){6}"),
        ("PHONE", ["13800138000", "１３８００１３８０００"], r"154[0-9]{8} １５４[０-９]{8}"),
        ("PHONE", ["13800138000", "l38OOl38OOO"], r"(154)(\d{4})(\d{4}) \1-\2-\3"),
        ("NAME", ["lily zhang", "Lily Zhang", "LILY ZHANG"], r"[a-z]+ [a-z]+ [A-Z][a-z]+ [A-Z][a-z]+ [A-Z]+ [A-Z]+"),
        ("EMAIL", ["wang88 at qq dot com", "wang88@qq.com"], r"(\w+)@(example\.com) \1\[at\]\2"),
        (
            "EMAIL",
            ["wang88@qq.com", "WANG88@QQ.COM", "wang88#qq.com"],
            r"(\w+)@example\.com [A-Z]+\d+@E\S+ \1#example\.com",
        ),
        ("NAME", ["Lily Zhang", "Lily-Zhang"], r"([A-Z][a-z]+) ([A-Z][a-z]+) \1-\2"),
    ],
)
def test_other_layouts_of_a_value_are_layouts_of_its_pseudonym(kind, surfaces, shape):
    text = " ".join(surfaces)
    value = sheet_of(EntityType(kind)).value(surfaces[0])
    entities = found(text, *((surface, EntityType(kind), value) for surface in surfaces))
    new = redact(text, entities, "llm", key=KEY)
    assert re.fullmatch(shape, new.text), new.text
    assert restore(new.text, new.mapping) == text


def test_a_case_goes_on_with_its_map_in_other_texts():
    mapping = PseudonymMap()
    first = redact("张丽来了", found("张丽来了", ("张丽", NAME, "张丽")), "llm", mapping=mapping)
    second = redact("找张丽", found("找张丽", ("张丽", NAME, "张丽")), "llm", mapping=mapping)
    assert first.text.removesuffix("来了") == second.text.removeprefix("找")
    assert len(mapping) == 1


def test_a_pseudonym_stands_nowhere_in_the_text_before():
    text = "张丽 13800138000"
    entities = found(text, ("张丽", NAME, "张丽"), ("13800138000", PHONE, "13800138000"))
    taken = redact(text, entities, "llm", key=KEY).text
    longer = f"{text}；{taken}"
    new = redact(longer, entities, "llm", key=KEY)
    assert new.text.endswith(f"；{taken}")
    assert not set(taken.split()) & set(new.text.partition("；")[0].split())
    assert restore(new.text, new.mapping) == longer


@pytest.mark.parametrize("surface", ["11月21", "11.21", "11-21日"])
def test_a_date_without_a_year_gets_one(surface):
    whole = "1998年11月21日"
    text = f"{whole} {surface}"
    for number in range(20):
        entities = found(text, (whole, EntityType.BIRTH_DATE, "11-21"), (surface, EntityType.BIRTH_DATE, "11-21"))
        new = redact(text, entities, "llm", key=KEY + bytes([number]))
        assert all(re.search(r"\d{4}", pseudonym.text) for pseudonym in new.mapping), new.text


def test_what_was_redacted_with_a_map_is_left_alone_with_it():
    text = "张丽来了"
    new = redact(text, found(text, ("张丽", NAME, "张丽")), "llm")
    name = new.text.removesuffix("来了")
    again = redact(new.text, [Entity(0, len(name), NAME, name, name)], "llm", mapping=new.mapping)
    assert again.text == new.text
    assert again.spans == ()


@given(
    st.lists(st.sampled_from(["张", "丽", "1", "3", "13", " ", "\ud800", "x"]), min_size=1, max_size=30), st.integers()
)
def test_any_spans_of_any_text_come_back(pieces, seed):
    random = Random(seed)
    text, entities = "".join(pieces), []
    position = 0
    for piece in pieces:
        if random.random() < 0.5:
            kind = random.choice(BUILT_IN)
            entities.append(Entity(position, position + len(piece), kind, piece, random.choice([None, piece, "v", ""])))
        position += len(piece)
    new = redact(text, entities, "llm")
    assert restore(new.text, PseudonymMap.from_record(json.loads(json.dumps(new.mapping.to_record())))) == text
    assert [
        (span.source_start, span.source_end)
        for span in new.spans
        if (span.source_start, span.source_end) in {(e.start, e.end) for e in entities}
    ] == [(e.start, e.end) for e in entities]


@pytest.mark.parametrize("count", [300, pytest.param(5000, marks=pytest.mark.slow)])
def test_posts_come_back_from_edits_that_keep_their_pseudonyms(count):
    done = outcome(generated(CorpusSettings(seed=7, clean=0), 0, count), seed=7)
    assert done.with_data == count
    assert (done.unedited, done.edited, done.shared) == ([], [], [])


def test_a_sealed_map_opens_with_its_key_alone():
    mapping = redact("张丽", found("张丽", ("张丽", NAME, "张丽")), "llm").mapping
    sealed = json.loads(json.dumps(seal(mapping, KEY)))
    assert "张丽" not in json.dumps(sealed, ensure_ascii=False)
    assert list(unseal(sealed, KEY)) == list(mapping)
    assert seal(mapping, KEY) != sealed
    with pytest.raises(MappingError, match="another key"):
        unseal(sealed, OTHER_KEY)
    with pytest.raises(TypeError, match="a key is bytes, not str"):
        seal(mapping, KEY.decode())
    with pytest.raises(MappingError, match='an object with "format": 1'):
        unseal({**sealed, "format": True}, KEY)
    digits = sealed["sealed"]
    first, last = (format(int(digit, 16) ^ 1, "x") for digit in (digits[0], digits[-1]))
    for changed in (digits[:-1] + last, first + digits[1:], digits[2:], digits[:56], digits[:40], digits[:8], "", "x"):
        with pytest.raises(MappingError):
            unseal({**sealed, "sealed": changed}, KEY)
    for nibble in range(len(digits)):
        changed = digits[:nibble] + format(int(digits[nibble], 16) ^ 8, "x") + digits[nibble + 1 :]
        with pytest.raises(MappingError, match="changed"):
            unseal({**sealed, "sealed": changed}, KEY)
    with pytest.raises(MappingError, match="needs its key"):
        PseudonymMap.from_record(sealed)
    with pytest.raises(ValueError, match="16 bytes"):
        seal(mapping, b"short")


def test_a_sealed_map_is_what_its_description_says():
    mapping = PseudonymMap([Pseudonym("杜京翊", "王志强", "王志强", NAME)])
    content = bytes.fromhex(seal(mapping, KEY)["sealed"])
    derived = HKDF(SHA256(), 32, content[:16], b"gaihe map of pseudonyms").derive(KEY)
    assert json.loads(AESGCM(derived).decrypt(content[16:28], content[28:], None)) == mapping.to_record()


@pytest.mark.parametrize(
    "record",
    [
        [],
        {},
        {"format": 2, "pseudonyms": []},
        {"format": True, "pseudonyms": []},
        {"format": 1},
        {"format": 1, "pseudonyms": [{"text": "a"}]},
        {"format": 1, "pseudonyms": [{"text": "a", "original": "b", "value": "b", "type": "no type"}]},
        {"format": 1, "pseudonyms": [{"text": "", "original": "b", "value": "b", "type": "NAME"}]},
        {"format": 1, "pseudonyms": [{"text": "a", "original": "b", "value": "b", "type": "NAME"}] * 2},
    ],
)
def test_what_is_no_map_is_refused(record):
    with pytest.raises(MappingError):
        PseudonymMap.from_record(record)


def test_of_pseudonyms_that_begin_together_the_longest_is_read():
    mapping = PseudonymMap([Pseudonym("陈思", "张", "张", NAME), Pseudonym("陈思远", "张丽", "张丽", NAME)])
    assert restore("陈思远和陈思", mapping) == "张丽和张"


@pytest.mark.parametrize("text", ["李强，强哥说", "强哥说，李强"])
def test_a_given_name_alone_is_the_given_name_of_the_whole_names_pseudonym(text):
    spans = [("李强", NAME, "李强"), ("强", NAME, "强")]
    entities = found(text, *(spans if text.startswith("李") else [("强", NAME, "强"), ("李强", NAME, "李强")]))
    new = redact(text, entities, "llm", key=KEY)
    whole, given_name = sorted((new.text[span.start : span.end] for span in new.spans), key=len, reverse=True)
    assert whole[1:] == given_name
    assert restore(new.text, new.mapping) == text


def test_invented_given_names_are_no_words_that_other_texts_of_a_case_hold():
    posts = "\n".join(post.text for post in (*gold_posts(Split.VALIDATION), *gold_posts(Split.TEST), *written_posts()))
    held = [name[1:] for name in drawn(NAME, "李强") if name[1:] in posts]
    assert held == []


def test_a_given_name_of_two_people_belongs_to_neither():
    text = "李强和王强，强哥说"
    new = redact(text, found(text, ("李强", NAME, "李强"), ("王强", NAME, "王强"), ("强", NAME, "强")), "llm", key=KEY)
    first, second, third = (new.text[span.start : span.end] for span in new.spans)
    assert third not in (first[1:], second[1:])
    assert restore(new.text, new.mapping) == text


def test_nothing_to_restore_leaves_a_text_as_it_is():
    assert restore("[姓名]在家", redact("张丽在家", []).mapping) == "[姓名]在家"


@pytest.mark.parametrize("text", [None, b"x", ["x"]])
def test_what_is_no_text_is_refused_by_name(text):
    with pytest.raises(TypeError, match="a text is needed, not"):
        redact(text, [])
    with pytest.raises(TypeError, match="a text is needed, not"):
        restore(text, PseudonymMap())
