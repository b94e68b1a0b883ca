"""Figures of the labels of whole posts."""

import pytest
from gaihe.serving.core.schema import Intent, Post, Stance
from gaihe.training.evaluate.post_labels import label_report, label_table


def test_an_interval_counts_the_labels_that_a_sample_has():
    intents = [Intent.NONE] * 19 + [Intent.SOLICIT]
    posts = [Post(str(n), "无", intent=intent, stance=Stance.NEUTRAL) for n, intent in enumerate(intents)]
    right = [{"intent": str(intent), "stance": "neutral"} for intent in intents]
    report = label_report(posts, right)["intent"]
    assert (report["macro_f1"], report["low"], report["high"]) == (1, None, None)
    assert " – " in label_table({"head": {"intent": report}})
    wrong = [{"intent": "none", "stance": "neutral"} for _ in intents]
    report = label_report(posts, wrong)["intent"]
    assert report["macro_f1"] == pytest.approx((2 * 19 / 39 + 0) / 2)
    assert report["low"] < report["macro_f1"] < report["high"] == 1
