import pytest
from gaihe.data.files.markup import gold_posts, verdict_posts
from gaihe.data.files.person_marks import gold_persons
from gaihe.data.lexicon.tables import Split
from gaihe.serving.core.schema import Post
from gaihe.training.reports.benchmark.linking import found_signs, linking_report, pairs_of

from tests.serving.verdict.marked import marked


def post(line):
    text, entities, owners = marked(line)
    return Post(line, text, tuple(entities)), owners


@pytest.mark.parametrize(
    ("signs", "pairs"),
    [
        (["a", "a", "b"], {(0, 1)}),
        (["a", "b", "ab"], {(0, 2), (1, 2)}),
        (["a", "b"], set()),
        ([], set()),
    ],
)
def test_spans_of_one_person_are_pairs(signs, pairs):
    assert pairs_of(signs) == pairs


def test_pairs_that_are_right_wrong_and_missed_are_counted():
    right, marks = post("[[NAME:左梦婷|1]]，电话[[PHONE:19173052618|1]]，住[[ADDRESS:桔园小区3栋402|1]]")
    apart, _ = post("[[NAME:左梦婷]]，[[PHONE:19173052618]]")
    report = linking_report([right, apart], {right.id: marks, apart.id: ["1", "2"]}, resamples=10)
    assert pairs_of(found_signs(apart)) == {(0, 1)}
    assert {name: report["all"][name]["value"] for name in ("precision", "recall")} == {"precision": 0.75, "recall": 1}
    assert (report["all"]["posts"], report["several_persons"]["posts"], report["wrong"]) == (2, 1, [apart.id])


def test_every_mark_is_of_a_gold_post_and_both_parts_have_a_hundred():
    marks = gold_persons()
    seen = 0
    for split in (Split.VALIDATION, Split.TEST):
        posts = {each.id: each for each in gold_posts(split) + verdict_posts(split)}
        own = {name: signs for name, signs in marks.items() if name in posts}
        assert len(own) == 100
        assert all(len(signs) == len(posts[name].entities) > 1 for name, signs in own.items())
        seen += len(own)
    assert seen == len(marks)


@pytest.mark.parametrize("split", [Split.VALIDATION, Split.TEST])
def test_the_rules_join_nine_pairs_in_ten(split):
    report = linking_report(gold_posts(split) + verdict_posts(split), gold_persons(), resamples=10)
    assert report["all"]["f1"]["value"] >= 0.9
