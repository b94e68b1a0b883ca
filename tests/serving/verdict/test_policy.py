import hashlib
import pickle
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources

import pytest
from gaihe.serving.core.post_scores import PostScores
from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.recognition.recognizer import Recognizer
from gaihe.serving.verdict.evidence import evidence
from gaihe.serving.verdict.judgement import judge
from gaihe.serving.verdict.policy import PRESETS, PolicyError, load_policy
from gaihe.serving.verdict.table import TableError
from gaihe.serving.verdict.table_file import load_table

from tests.serving.verdict.marked import marked, sure

TABLE = (resources.files("gaihe.serving.verdict") / "table.toml").read_text("utf-8")
HEAD = 'name = "mine"\nversion = "7"\n'


def policy(tmp_path, content):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + content, encoding="utf-8")
    return load_policy(path)


def verdict(chosen, post="骗子[[NAME:李国强]]，[[PHONE:13500052619]]", intent="third_party", stance="hostile"):
    text, entities, _ = marked(post)
    return judge(text, entities, sure(intent, stance), chosen)


def test_presets_are_chosen_by_name():
    assert [load_policy(name).name for name in PRESETS] == ["moderation", "strict"]
    post = "捡到[[NAME:钟慧]]的校园卡，学号[[MEMBER_ID:2021030412]]"
    suggestions = [verdict(load_policy(name), post, stance="neutral").suggestion for name in PRESETS]
    assert suggestions == ["pass", "review"]


def test_a_policy_is_shown_without_its_table():
    assert repr(load_policy("moderation")).startswith("Policy(name='moderation'")
    assert len(repr(load_policy("moderation"))) < 500


def test_a_file_says_what_blocks(tmp_path):
    assert verdict(policy(tmp_path, "")).suggestion == "block"
    assert verdict(policy(tmp_path, "block_from = 5")).suggestion == "review"
    assert verdict(policy(tmp_path, "block_from = 5\nreview_from = 4")).suggestion == "pass"
    record = verdict(policy(tmp_path, "")).to_record()["policy"]
    assert (record["name"], record["version"]) == ("mine", "7")


def test_a_file_says_how_sure_a_block_and_a_review_must_be(tmp_path):
    text, entities, _ = marked("骗子[[NAME:李国强]]，[[PHONE:13500052619]]")
    scores = PostScores({"third_party": 0.7, "none": 0.3}, {"hostile": 1.0})
    suggestions = [
        judge(text, entities, scores, policy(tmp_path, content)).suggestion
        for content in ("", "block_sure = 0.8", "block_sure = 0.6")
    ]
    assert suggestions == ["block", "review", "block"]
    doubtful = PostScores({"none": 0.6, "third_party": 0.4}, {"hostile": 1.0})
    reviewed = [
        judge(text, entities, doubtful, policy(tmp_path, content)).suggestion for content in ("", "review_sure = 0.3")
    ]
    assert reviewed == ["pass", "review"]


def test_types_thresholds_and_values_that_are_kept_do_not_count(tmp_path):
    assert verdict(policy(tmp_path, "")).sub_label == "contact"
    assert verdict(policy(tmp_path, "[types]\nPHONE = false")).sub_label == "profile"
    assert verdict(policy(tmp_path, 'keep = ["13500052619"]')).sub_label == "profile"
    chosen = policy(tmp_path, "threshold = 0.5\n[thresholds]\nPHONE = 0.9")
    scored = [Entity(0, 2, EntityType(kind), "甲乙", score=0.6) for kind in ("PHONE", "NAME")]
    assert [chosen.counts(entity) for entity in scored] == [False, True]
    assert chosen.counts(Entity(0, 2, EntityType.PHONE, "甲乙"))


@pytest.mark.parametrize("written", ["0731-88822222", "073188822222", "０７３１ 8882 2222"])
def test_a_value_is_kept_however_it_is_written(tmp_path, written):
    chosen = policy(tmp_path, f'keep = ["{written}"]')
    line = Entity(0, 13, EntityType.PHONE, "0731-88822222", "073188822222")
    other = Entity(0, 13, EntityType.PHONE, "0731-88822223", "073188822223")
    assert [chosen.counts(entity) for entity in (line, other)] == [False, True]


@pytest.mark.parametrize(
    ("kind", "listed", "value"),
    [
        ("PHONE", "+86 135 0005 2619", "13500052619"),
        ("BIRTH_DATE", "1990年1月2日", "1990-01-02"),
        ("NAME", "張麗", "张丽"),
    ],
)
def test_a_value_is_listed_in_any_writing_of_its_type(tmp_path, kind, listed, value):
    span = Entity(0, len(value), EntityType(kind), value, value)
    other = Entity(0, len(value), EntityType(kind), value[::-1], value[::-1])
    kept, watched = (policy(tmp_path, f'{key} = ["{listed}"]') for key in ("keep", "always"))
    assert [kept.counts(each) for each in (span, other)] == [False, True]
    assert [watched.lists("", [each]) for each in (span, other)] == [True, False]


def test_spans_that_do_not_count_make_no_persons_and_no_pieces(tmp_path):
    post = (
        "骗子[[NAME:李国强]]，[[PHONE:13500052619]]。"
        + "好" * 80
        + "[[NAME:贺小满]]，住院号[[MEMBER_ID:2021030412]]，在骨科住院"
    )
    text, entities, _ = marked(post)
    doubtful = [replace(entity, score=0.3 if entity.start > 80 else 0.9) for entity in entities]
    found = judge(text, doubtful, sure("third_party", "hostile"), policy(tmp_path, "threshold = 0.5"))
    alone = judge(text, doubtful[:2], sure("third_party", "hostile"), policy(tmp_path, "threshold = 0.5"))
    assert found.to_record() == alone.to_record()
    assert len(judge(text, doubtful, sure("third_party", "hostile"), policy(tmp_path, "")).persons) == 2


def test_names_that_do_not_count_still_tell_persons_apart(tmp_path):
    post = "[[NAME:李国强]]，[[PHONE:13500052619]]。[[NAME:贺小满]]，[[PHONE:13500052611]]"
    found = verdict(policy(tmp_path, "[types]\nNAME = false"), post)
    assert [(len(one.person.names), len(one.person.spans)) for one in found.persons] == [(0, 1), (0, 1)]


@pytest.mark.parametrize("sections", ["threshold = 0.5", "[types]\nNAME = false"])
def test_whose_name_does_not_count_is_still_the_other_than_the_author(tmp_path, sections):
    text, entities, _ = marked("我搬到[[ADDRESS:桔园小区3栋402]]，楼上[[NAME:左志远]]是人渣")
    doubtful = [replace(span, score=0.3 if span.type == EntityType.NAME else 0.9) for span in entities]
    scores = sure("third_party", "hostile")
    alone = judge(text, doubtful[:1], scores, policy(tmp_path, sections))
    assert (alone.level, judge(text, doubtful, scores, policy(tmp_path, sections)).level) == (4, 1)


@pytest.mark.parametrize("sections", ["threshold = 0.5", "[types]\nNAME = false"])
def test_a_public_role_is_told_beside_a_name_that_does_not_count(tmp_path, sections):
    for role, level in (("镇长", 2), ("邻居", 3)):
        text, entities, _ = marked(f"{role}[[NAME:贺小满]]收黑钱，骗子，电话[[PHONE:13500052610]]")
        doubtful = [replace(span, score=0.3 if span.type == EntityType.NAME else 0.9) for span in entities]
        found = judge(text, doubtful, sure("third_party", "hostile"), policy(tmp_path, sections))
        assert (found.level, found.persons[0].person.names) == (level, ())


@pytest.mark.parametrize(
    ("listed", "post", "expected"),
    [
        ("集资", "大家一起集资", True),
        ("集资", "大家一起集\u200b资", True),
        ("集资", "大家一起集 资", True),
        ("集 资", "大家一起集资", True),
        ("集\u200b资", "大家一起集资", True),
        ("集资", "大家一起集\n资料交上来", False),
        ("SB公司", "就是这家sb公司", True),
        ("sb公司", "就是这家ＳＢ公司", True),
        ("AI", "用AI写的", True),
        ("AI", "发到我的email", False),
        ("88822222", "电话073188822222", True),
        ("\u200b", "今天天气真好", False),
    ],
)
def test_a_listed_word_is_found_in_either_case_and_between_what_hides_it(tmp_path, listed, post, expected):
    found = judge(post, [], sure("none", "neutral"), policy(tmp_path, f'always = ["{listed}"]'))
    assert (found.suggestion == "review") == expected


@pytest.mark.parametrize(
    ("kind", "listed", "value"),
    [
        ("ADDRESS", "桔园小区3栋502", "桔园小区三栋五零二"),
        ("ADDRESS", "桔园小区十二栋", "桔园小区12栋"),
        ("SCHOOL", "长郡中学初二3班", "长郡中学初二三班"),
    ],
)
def test_a_place_is_kept_with_its_numbers_in_either_writing(tmp_path, kind, listed, value):
    chosen = policy(tmp_path, f'keep = ["{listed}"]')
    counted = [chosen.counts(Entity(0, 9, EntityType(kind), text, text)) for text in (value, f"{value}号")]
    assert counted == [False, True]


def test_the_numerals_of_a_name_are_no_digits(tmp_path):
    chosen = policy(tmp_path, 'keep = ["王一"]')
    assert [chosen.counts(Entity(0, 2, EntityType.NAME, name, name)) for name in ("王一", "王1")] == [False, True]


def test_a_listed_value_is_found_in_disguise(tmp_path):
    chosen = policy(tmp_path, 'always = ["135-0005-2619"]')
    disguised = Entity(0, 11, EntityType.PHONE, "一三五00052619", "13500052619")
    assert chosen.lists("一三五00052619", [disguised])
    assert not chosen.lists("一三五00052610", [Entity(0, 11, EntityType.PHONE, "一三五00052610", "13500052610")])


def test_the_released_model_and_a_policy_go_together(tmp_path):
    post = "骗子李国强，电话135-0005-2619，大家打爆他"
    recognizer = Recognizer.load()
    chosen = policy(tmp_path, 'keep = ["13500052619"]\n[types]\nNAME = false')
    everything, kept = (recognizer.judge(post, each) for each in ("moderation", chosen))
    assert {"reachable"} & {reason.code for reason in everything.reasons}
    assert not {"reachable"} & {reason.code for reason in kept.reasons}
    assert kept.level < everything.level
    assert kept.to_record()["policy"]["version"] == "7"


def test_what_is_listed_is_always_reviewed(tmp_path):
    chosen = policy(tmp_path, 'always = ["桔園小區", "13500052619"]')
    listed = verdict(chosen, "桔园小区怎么走", "none", "neutral")
    assert (listed.level, listed.suggestion, listed.reasons[-1].code) == (2, "review", "listed")
    assert verdict(chosen, "[[PHONE:13500052619]]", "none", "neutral").level == 2
    own = verdict(chosen, "桔园小区是我家", "self", "neutral")
    assert (own.level, own.suggestion) == (1, "review")
    higher = policy(tmp_path, 'always = ["桔园小区"]\nreview_from = 3')
    assert verdict(higher, "桔园小区怎么走", "none", "neutral").suggestion == "review"
    assert verdict(higher, "怎么走", "none", "neutral").suggestion == "pass"


def test_a_moderator_may_put_another_table_in_its_place(tmp_path):
    (tmp_path / "table.toml").write_text(
        TABLE.replace('name = "gaihe"', 'name = "ours"').replace("at_most = 1", "at_most = 0")
    )
    chosen = policy(tmp_path, 'table = "table.toml"')
    found = verdict(chosen, "本人[[NAME:贺小满]]，[[PHONE:13500052610]]", "self", "neutral")
    assert found.level == 0
    assert found.to_record()["policy"]["table"] == "ours"


def test_evidence_tells_policies_and_tables_of_one_name_and_version_apart(tmp_path):
    def record(chosen):
        return evidence("", [], verdict(chosen), {}, datetime(2026, 5, 1, tzinfo=UTC))

    (tmp_path / "table.toml").write_text(TABLE.replace("at_most = 1", "at_most = 0"), encoding="utf-8")
    package, own, other = (
        record(policy(tmp_path, content)) for content in ("", 'table = "table.toml"', "block_from = 5")
    )
    digest = hashlib.sha256((HEAD + 'table = "table.toml"').encode()).hexdigest()
    assert own["policy"] == {"name": "mine", "version": "7", "digest": digest}
    assert len({each["policy"]["digest"] for each in (package, own, other)}) == 3
    assert package["table"] == other["table"] != own["table"]
    assert package["table"]["digest"] == hashlib.sha256(TABLE.encode()).hexdigest()
    assert own["table"]["digest"] == hashlib.sha256((tmp_path / "table.toml").read_bytes()).hexdigest()
    preset = resources.files("gaihe.serving.verdict") / "policies" / "strict.toml"
    assert record(load_policy("strict"))["policy"]["digest"] == hashlib.sha256(preset.read_bytes()).hexdigest()
    assert pickle.loads(pickle.dumps(load_policy("strict"))) == load_policy("strict")
    assert record(replace(load_policy("strict"), block_from=4))["policy"]["digest"] is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("colour = 1", "colour: is unknown; known: always, block_from"),
        ("block_from = 9", "block_from: must be a level from 1 to 4, or 5 for none, not 9"),
        ("review_from = true", "review_from: must be int, not bool"),
        ("block_sure = 1.5", "block_sure: must be a number from 0 to 1"),
        ('review_sure = "x"', "review_sure: must be a number from 0 to 1"),
        ("threshold = 2", "threshold: must be a number from 0 to 1"),
        ("keep = [1]", "keep: must be a list of strings"),
        ('always = [""]', "always: must be a list of strings, none of them empty"),
        ("[types]\nNAMES = true", "types.NAMES: is unknown; known: ACCOUNT"),
        ("[types]\nNAME = 1", "types.NAME: must be bool, not int"),
        ('[thresholds]\nNAME = "x"', "thresholds.NAME: must be a number"),
        ("types = 1", "types: must be dict, not int"),
        ("=", "is not TOML"),
    ],
)
def test_errors_name_the_file_and_the_key(tmp_path, content, reason):
    with pytest.raises(PolicyError) as error:
        policy(tmp_path, content)
    assert "mine.toml" in str(error.value) and reason in str(error.value)


def test_a_byte_order_mark_is_no_part_of_a_policy_or_a_table(tmp_path):
    (tmp_path / "table.toml").write_text(TABLE.replace('name = "gaihe"', 'name = "ours"'), encoding="utf-8-sig")
    (tmp_path / "mine.toml").write_text(HEAD + 'table = "table.toml"', encoding="utf-8-sig")
    chosen = load_policy(tmp_path / "mine.toml")
    assert (chosen.name, chosen.table.name) == ("mine", "ours")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('keep = ["张丽"]'.encode("gb18030"), r"from another encoding: iconv -f GB18030 -t UTF-8, or -f UTF-16$"),
        (HEAD.encode("utf-16"), "this is UTF-16"),
    ],
)
def test_a_policy_of_another_encoding_is_named_as_such(tmp_path, content, reason):
    (tmp_path / "mine.toml").write_bytes(content)
    with pytest.raises(PolicyError, match=rf"mine.toml: not UTF-8: .*{reason}"):
        load_policy(tmp_path / "mine.toml")


def test_a_policy_needs_a_name_and_a_file_that_is_there(tmp_path):
    with pytest.raises(PolicyError, match=r"cannot read the policy absent.toml: .*; presets: moderation, strict"):
        load_policy("absent.toml")
    (tmp_path / "bare.toml").write_text("")
    with pytest.raises(PolicyError, match="name: is missing"):
        load_policy(tmp_path / "bare.toml")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('all = ["always"]', 'all = ["alwayz"]', "unknown 'alwayz'"),
        ("[tiers]", "[tears]", "tears: is unknown; known: name, version"),
        ("[tiers]\n", "[tiers]\nothers = 5\n", "tiers.others: is unknown; known: whereabouts_property, lodging_health, other"),
        ('[[law]]\ncode = "pipl_10"', '[[law]]\nnon = ["what.nothing"]\ncode = "pipl_10"', "law 1.non: is unknown; known: all, any, none, code"),
        ('[[label]]\nall = ["intent.none"]', '[[label]]\nal = ["intent.none"]', "label 4.al: is unknown; known: all, any, none, label, sub_label"),
        ("at_most = 1", "at_mst = 1", "at_mst: is unknown; known: all, any, none, add, at_least, at_most, never_block"),
        ("reach = [\"none\"]\nlevel = 1", "reech = [\"none\"]\nlevel = 1", "reech: is unknown; known: intent, stance, what, reach, level"),
        ("unique = 10 ", "uniqe = 10 ", "counts.uniqe: is unknown; known: many_persons, unique, narrow"),
        ("unique = 10 ", 'unique = "10" ', "counts.unique: must be int, not str"),
        ("at_most = 1", "at_most = 7", "at_most: must be a level from 0 to 4, not 7"),
        ("unique = 10 ", "unique = -1 ", "counts.unique: must be 1 or more, not -1"),
        ("at_most = 1", "at_least = 3\nat_most = 1", "at_least: must be at most at_most, 1, not 3"),
        ("in_force = 2021-11-01", "", "in_force: is missing"),
        ("in_force = 2021-11-01", "in_force = 2021-11-01T00:00:00", "in_force: must be date, not datetime"),
        ('all = ["always"]', "any = [[]]", "any: must be a list of lists of signs, none empty"),
        ('\n[[label]]\nlabel = "exposure"\nsub_label = "profile"\n', "", "label: the last one must be without conditions"),
        ('what = ["nothing", "general", "several", "sensitive"]', 'what = ["nothing", "general", "several"]', "cell: none holds solicit × neutral × sensitive × door"),
        ('what = ["nothing"]\nreach = ["none"]\nlevel = 1', 'what = ["nothing", "general"]\nreach = ["none"]\nlevel = 1', "stands in an earlier one too"),
    ],
)  # fmt: skip
def test_errors_of_a_table_name_the_file_and_the_place(tmp_path, old, new, reason):
    assert old in TABLE
    path = tmp_path / "table.toml"
    path.write_text(TABLE.replace(old, new), encoding="utf-8")
    with pytest.raises(TableError) as error:
        load_table(path)
    assert str(path) in str(error.value) and reason in str(error.value)


def test_a_table_that_is_absent_or_no_toml_is_refused(tmp_path):
    with pytest.raises(TableError, match="cannot read the table"):
        load_table(tmp_path / "absent.toml")
    (tmp_path / "bad.toml").write_text("=")
    with pytest.raises(TableError, match="is not TOML"):
        load_table(tmp_path / "bad.toml")
