from random import Random

import pytest
from gaihe.data.disguise.cue_slang import disguise_cues, variants


def outcomes(text, count=300):
    return {disguise_cues(text, Random(seed)) for seed in range(count)}


def test_many_cues_with_many_variants():
    assert len(variants()) >= 15
    assert all(len(set(slang)) >= 6 for slang in variants().values())
    assert {
        "微信",
        "QQ",
        "电话",
        "手机号",
        "身份证",
        "地址",
        "学校",
        "银行卡",
        "支付宝",
        "微博",
        "抖音",
        "开盒",
    } <= set(variants())


def test_cues_become_slang():
    assert {"V信：", "薇：", "威芯：", "卫星："} <= outcomes("微信：")
    assert {"sfz号", "身fen证号"} & outcomes("身份证号")


@pytest.mark.parametrize("text", ["微信支付到账", "QQ音乐", "IP地址", "今天天气不错", "电话亭", "HQQ9", "企业微信", ""])
def test_longer_words_are_left_alone(text):
    assert outcomes(text, 30) == {None}


def test_a_cue_always_changes():
    for result in outcomes("加微信，微信，微信"):
        assert result not in (None, "加微信，微信，微信")
