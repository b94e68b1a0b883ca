import json
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from gaihe.data.disguise.choice import apply_noise
from gaihe.data.disguise.segments import Segment, join
from gaihe.data.files.parquet import write_parquet
from gaihe.data.generator.carrier import parse_line
from gaihe.data.generator.corpus import CorpusSettings, carriers_of, drafts, posts, write_corpus
from gaihe.data.generator.rendering import render
from gaihe.data.generator.slots import SLOTS
from gaihe.data.generator.style import vary
from gaihe.data.generator.troupe import Troupe
from gaihe.data.lexicon.tables import Split
from gaihe.serving.commands.cli import main
from gaihe.serving.core.posts import post_from_record, post_to_record, read_posts
from gaihe.serving.core.schema import EntityType, Intent, NoiseKind

ROOT = Path(__file__).parents[3]
SAMPLE = list(posts(CorpusSettings(seed=11), 0, 3000))


def test_spans_fit_their_texts_and_have_clean_edges():
    for post in SAMPLE:
        assert post_from_record(post_to_record(post)) == post
        for entity in post.entities:
            assert entity.text == entity.text.strip()
            assert entity.value


def test_every_type_noise_kind_and_intent_occurs():
    assert {entity.type for post in SAMPLE for entity in post.entities} == set(EntityType)
    assert {kind for post in SAMPLE for kind in post.noise} == set(NoiseKind)
    assert {post.intent for post in SAMPLE} == set(Intent)


def test_at_least_a_third_of_the_posts_hold_nothing():
    assert sum(not post.entities for post in SAMPLE) / len(SAMPLE) > 1 / 3


def test_a_post_depends_on_seed_and_index_alone():
    settings = CorpusSettings(seed=11)
    assert list(posts(settings, 100, 130)) == SAMPLE[100:130]
    assert list(posts(CorpusSettings(seed=12), 100, 130)) != SAMPLE[100:130]


@pytest.mark.slow
def test_the_bytes_are_the_same_for_any_number_of_processes_and_any_hash_seed(tmp_path):
    settings = CorpusSettings(seed=3)
    for workers in (1, 2, 3):
        write_corpus(tmp_path / f"{workers}.jsonl", 1200, settings, workers)
        write_parquet(tmp_path / f"{workers}.parquet", 1200, settings, workers)
    other = [sys.executable, "-m", "gaihe.serving", "generate", "--count", "1200", "--seed", "3", "--workers", "1"]
    printed = subprocess.run(other, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": "77"}).stdout
    assert {(tmp_path / f"{workers}.jsonl").read_bytes() for workers in (1, 2, 3)} == {printed}
    assert len({(tmp_path / f"{workers}.parquet").read_bytes() for workers in (1, 2, 3)}) == 1


def test_splits_share_no_carrier():
    sources = [{carrier.source for group in carriers_of(split) for carrier in group} for split in Split]
    assert all(sources)
    assert not sources[0] & sources[1] and not sources[1] & sources[2] and not sources[0] & sources[2]


@pytest.mark.parametrize("split", Split)
def test_no_carrier_makes_more_than_three_posts_in_a_thousand(split):
    counts = Counter(draft.carriers[0] for draft in drafts(CorpusSettings(split, seed=4), 0, 2000))
    assert max(counts.values()) <= 6


def test_without_noise_only_carriers_own_forms_are_marked():
    for draft in drafts(CorpusSettings(seed=5, noise=0.0), 0, 500):
        free_form = any("[[" in line for line in draft.carriers)
        assert free_form or NoiseKind.SEPARATOR not in draft.post.noise


def test_a_disguised_post_says_what_was_done_and_keeps_its_value():
    troupe = Troupe(Split.TRAIN)
    random = troupe.seed("x")
    kinds = set()
    for _ in range(400):
        segments = apply_noise([Segment("电话"), Segment("13800138000", EntityType.PHONE, "13800138000")], 1.0, random)
        (phone,) = [segment for segment in segments if segment.type]
        assert bool(phone.noise) == (phone.text != "13800138000")
        assert NoiseKind.MASKED in phone.noise or phone.value == "13800138000"
        kinds |= set(phone.noise)
    assert {NoiseKind.SEPARATOR, NoiseKind.HOMOPHONE_DIGIT, NoiseKind.REVERSED, NoiseKind.CHUNKED} <= kinds


def test_a_hint_does_not_run_into_the_words_that_follow():
    random = Troupe(Split.TRAIN).seed("h")
    phone, hints = Segment("13800138000", EntityType.PHONE, "13800138000"), set()
    for _ in range(1500):
        segments = apply_noise([phone, Segment("打他")], 1.0, random)
        hints |= {after.text for value, after in pairwise(segments[:-1]) if NoiseKind.REVERSED in value.noise}
    assert "（倒着看）" in hints and "，倒着看，" in hints
    assert not any(hint[-1].isalnum() for hint in hints)


def test_a_harmless_post_beside_another_asks_for_nothing():
    composed = [draft for draft in drafts(CorpusSettings(seed=9), 0, 1500) if len(draft.carriers) == 2]
    assert {parse_line(draft.carriers[1], "x").intent for draft in composed} == {Intent.NONE}


def test_who_has_an_employer_or_a_car_is_of_working_age():
    troupe = Troupe(Split.TRAIN)
    carrier = parse_line(
        "third_party | 贴吧 | {a: 8-12}{b: kin a}{name} {b.workplace} [[PLATE:{c.plate}]] {d.name}", "x"
    )
    ages = Counter()
    for index in range(200):
        troupe.seed(str(index))
        render(carrier, troupe)
        assert all(18 <= troupe.actor(role).person.age <= 70 for role in "bc")
        ages["child"] += troupe.actor("d").person.age < 18
    assert ages["child"]


def test_a_style_leaves_values_alone():
    troupe = Troupe(Split.TRAIN)
    random = troupe.seed("y")
    for _ in range(300):
        segments = vary([Segment("我叫"), Segment("张，丽。", EntityType.NAME, "v"), Segment("，你好。")], random)
        assert [segment.text for segment in segments if segment.type] == ["张，丽。"]


def test_values_of_one_person_agree():
    troupe = Troupe(Split.TRAIN)
    text = (
        "third_party | 贴吧 | {a: f 30-40}{b: kin a}{name} {id_card} {birth_date} {b.name} {name} {b.address} {address}"
    )
    for index in range(50):
        troupe.seed(str(index))
        segments = render(parse_line(text, "x"), troupe)
        person, kin = troupe.actor("a").person, troupe.actor("b").person
        assert [s.text for s in segments if s.type is EntityType.NAME][::2] == [person.name.text] * 2
        (card,) = [s.value for s in segments if s.type is EntityType.ID_CARD]
        assert f"{person.birth:%y%m%d}" in card
        assert kin.name.surname.startswith(person.name.surname) and person.home == kin.home


def test_places_told_of_a_person_lie_where_the_person_lives():
    troupe = Troupe(Split.TRAIN)
    carrier = parse_line("none | 微博 | {province}{city}{county}{town}", "x")
    for index in range(50):
        troupe.seed(str(index))
        province, city, county, town = (segment.text for segment in render(carrier, troupe) if segment.filler)
        region = troupe.actor("a").person.region
        assert region.province.startswith(province[:2]) and region.home_city.startswith(city[:2])
        assert county == region.county and (town in region.towns or not region.towns)


def test_a_uid_is_a_number_and_two_prices_are_two():
    troupe = Troupe(Split.TRAIN)
    carrier = parse_line("third_party | B站 | uid{bilibili/uid} uid{weibo/uid} {price}", "x")
    prices = parse_line("none | 微博 | {price}{price}{price}{price}{price}{price}", "x")
    for index in range(50):
        troupe.seed(str(index))
        assert all(segment.text.isdecimal() for segment in render(carrier, troupe) if segment.type)
        assert len({segment.text for segment in render(prices, troupe) if segment.filler}) > 1


def test_a_name_after_an_at_sign_is_never_disguised():
    random = Troupe(Split.TRAIN).seed("w")
    name = Segment("张丽", EntityType.NAME, "张丽", fixed=True)
    for _ in range(200):
        assert all(segment.text in ("@", "张丽", "張麗") for segment in apply_noise([Segment("@"), name], 1.0, random))


def test_only_long_numbers_among_fillers_are_disguised():
    random = Troupe(Split.TRAIN).seed("v")
    car, order = Segment("沃尔沃S90", filler=True), Segment("202511240718", filler=True)
    written = [apply_noise([car, order], 1.0, random) for _ in range(300)]
    assert {first.text for first, _ in written} <= {"沃尔沃S90", "沃爾沃S90"}
    assert len({second.text for _, second in written}) > 10


def test_marks_stand_where_people_put_them():
    random = Troupe(Split.TRAIN).seed("u")
    posts = {vary([Segment("他说：“炸！”真好吃。\n你来吗？\n来")], random)[0].text for _ in range(2000)}
    assert len(posts) > 30
    assert not any(re.search(r"[！\n]\n”|[？?][；，]|真好吃[？?]", post) for post in posts)


def test_a_colon_becomes_a_verb_after_labels_only():
    random = Troupe(Split.TRAIN).seed("t")
    posts = {vary([Segment("注意：他电话：不知道")], random)[0].text for _ in range(2000)}
    assert any("注意：他电话是" in post for post in posts)
    assert not any("注意是" in post for post in posts)


def test_marks_alone_in_quotes_stay():
    random = Troupe(Split.TRAIN).seed("s")
    posts = {vary([Segment("只回了“？”就走了")], random)[0].text for _ in range(2000)}
    assert all("“？”" in post or "“?”" in post for post in posts)


def test_join_gives_offsets_in_code_points():
    text, (entity,) = join([Segment("😀"), Segment("张丽", EntityType.NAME, "张丽"), Segment("。")])
    assert text[entity.start : entity.end] == "张丽" and entity.start == 1


def test_the_slots_of_the_readme_are_those_that_can_be_filled():
    readme = (ROOT / "data" / "texts" / "carriers" / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"\{(\w{2,}(?:/\w+|:N)?)\}", readme))
    assert {slot.partition("/")[0].partition(":")[0] for slot in told} == SLOTS
    troupe = Troupe(Split.TRAIN)
    troupe.seed("z")
    for slot in told:
        assert render(parse_line(f"self | 聊天 | {{{slot.replace(':N', ':6')}}}", "x"), troupe)[0].text


@pytest.mark.parametrize("count", [0, 1, 7])
def test_the_command_writes_as_many_posts_as_asked(count, tmp_path):
    target = tmp_path / "posts.jsonl"
    assert main(["generate", "--count", str(count), "--seed", "4", "--output", str(target)]) == 0
    assert len(list(read_posts(target))) == count
    assert all(json.loads(line)["id"] for line in target.read_text(encoding="utf-8").splitlines())
