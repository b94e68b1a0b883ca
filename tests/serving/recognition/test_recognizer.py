"""The released model: offsets that fit any text, batches that change nothing, files refused with a reason."""

import asyncio
import copy
import multiprocessing
import os
import pickle
import shutil
import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from gaihe.serving import EntityType, ModelError, NoiseKind, Recognizer
from gaihe.serving.core.failures import TextsFailedError
from gaihe.serving.model.model_file import default_model, open_session
from gaihe.serving.recognition.recognizer import SECTION_WINDOWS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serving.model_files import write_model

RECOGNIZER = Recognizer.load()
TALK = (
    "周末一个人去看了场电影，出来的时候天已经黑了，街边的烧烤摊刚支起来。老板娘一边扇炭一边跟隔壁卖水果的拌嘴，说谁家的灯箱占了谁家的地方。"
    "我要了十串羊肉两个烤饼，坐在塑料凳子上等。旁边一桌是刚下班的年轻人，聊房租、聊涨薪、聊谁谁又离职了，聊到后来都不说话，只顾着喝。"
    "回家路上下起小雨，没带伞，躲在公交站台底下刷手机，看见群里在吵小区要不要装充电桩，吵了两百多条，最后也没吵出个结果来。"
)
MESSY = [
    "",
    " \n\t\u3000",
    "张丽，电话一三八00138000",
    "👨‍👩‍👧‍👦张丽👩🏽‍🦱1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
    "\u202e张丽\u202c电话\u200b138\u200d00138000",
    "e\u0301 n\u0303 张\u0300丽 ١٢٣ שלום",
    "\ud83d 张丽 \udc00",
    "\x00张丽\x00",
]


@settings(max_examples=60)
@given(st.text(st.characters(blacklist_categories=()), max_size=300) | st.sampled_from(MESSY))
def test_spans_are_slices_of_the_text_in_order_without_overlap(text):
    position = 0
    for entity in RECOGNIZER.detect(text):
        assert position <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.text
        assert 0 <= entity.score <= 1
        assert isinstance(entity.value, str)
        position = entity.end


def test_plain_and_disguised_data_is_found():
    text = "就是他张伟强，手机13800138000，身份证43010219980305123X"
    found = {entity.type: entity for entity in RECOGNIZER.detect(text)}
    assert found[EntityType.NAME].text == "张伟强"
    assert found[EntityType.PHONE].value == "13800138000"
    assert found[EntityType.PHONE].valid
    (phone,) = [e for e in RECOGNIZER.detect("她电话一三八00138000，打爆") if e.type is EntityType.PHONE]
    assert phone.value == "13800138000"
    assert NoiseKind.CHINESE_NUMERAL in phone.evasion


def test_a_post_without_data_gives_nothing():
    assert RECOGNIZER.detect("今天天气真好，晚上一起吃火锅吧") == []
    assert RECOGNIZER.detect("") == []
    assert RECOGNIZER.detect_batch([]) == []


def test_offsets_count_code_points_in_a_text_of_several_sections():
    filler = ("😀" + TALK) * (15_000 // len(TALK))
    text = filler + "张伟强的手机号是13800138000。" + filler
    found = RECOGNIZER.detect(text)
    assert len(text) > SECTION_WINDOWS * (RECOGNIZER.metadata.window - RECOGNIZER.metadata.overlap)
    assert ("13800138000", EntityType.PHONE) in [(text[e.start : e.end], e.type) for e in found]


def test_an_entity_that_two_windows_share_is_found_once():
    window = RECOGNIZER.metadata.window
    for shift in range(-12, 13, 4):
        before = (TALK + TALK)[-(window - 38 + shift) :]
        text = before + "他手机号是13800138000，" + TALK
        assert [e.text for e in RECOGNIZER.detect(text) if e.type is EntityType.PHONE] == ["13800138000"]


def test_results_come_in_the_order_of_the_input_for_any_number_of_threads():
    texts = [f"{TALK[: 37 * i % 90]}。他的手机号1380013{8000 + i}" for i in range(150)] + MESSY
    one = RECOGNIZER.detect_batch(texts)
    assert [[(e.start, e.end, e.type) for e in row] for row in RECOGNIZER.detect_batch(texts, threads=3)] == [
        [(e.start, e.end, e.type) for e in row] for row in one
    ]
    numbers = [{e.text for e in row if e.type is EntityType.PHONE and len(e.text) == 11} for row in one[:150]]
    assert all(found <= {f"1380013{8000 + i}"} for i, found in enumerate(numbers))
    assert sum(map(len, numbers)) > 140


def test_a_posts_result_does_not_depend_on_its_neighbours():
    texts = [f"{TALK[i : i + 3 * i % 70]}他叫张伟强，手机号1380013{8000 + i}" for i in range(60)] + MESSY
    assert RECOGNIZER.detect_batch(texts) == [RECOGNIZER.detect(text) for text in texts]


def test_a_post_of_several_windows_does_not_depend_on_its_neighbours_either():
    texts = [TALK[:60], TALK + TALK + "他手机号是13800138000", TALK, TALK[60:] + TALK + TALK + "电话13900139000"]
    assert RECOGNIZER.detect_batch(texts, threads=2) == [RECOGNIZER.detect(text) for text in texts]


def test_a_text_of_many_sections_is_found_whole(monkeypatch):
    text = "".join(f"{TALK[: 40 + 7 * i % 90]}。他叫张伟强，手机号1380013{8000 + i}。" for i in range(40))
    whole = RECOGNIZER.detect(text)
    monkeypatch.setattr("gaihe.serving.recognition.recognizer.SECTION_WINDOWS", 4)
    assert RECOGNIZER.detect(text) == whole
    assert len(whole) >= 40


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_process_may_go_on_with_a_recognizer():
    texts = [f"{TALK[: 7 * i % 90]}，手机号1380013{8000 + i}" for i in range(30)]
    expected = RECOGNIZER.detect_batch(texts, threads=2)
    child = os.fork()
    if child == 0:
        os._exit(0 if RECOGNIZER.detect_batch(texts, threads=2) == expected else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_an_event_loop_runs_on_while_posts_are_read():
    async def both():
        return await asyncio.gather(*(asyncio.to_thread(RECOGNIZER.detect, text) for text in MESSY))

    assert asyncio.run(both()) == RECOGNIZER.detect_batch(MESSY)


def test_threads_may_share_a_recognizer():
    texts = MESSY * 5
    expected = RECOGNIZER.detect_batch(texts)
    results = [None] * 4

    def work(index):
        results[index] = RECOGNIZER.detect_batch(texts)

    workers = [threading.Thread(target=work, args=(index,)) for index in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert results == [expected] * 4


HIDDEN = ["\u200b\u200b\u200b张丽，电话13800138000", "今天下雨，张丽，电话13800138000"]


class Labelled(list):
    """Texts that are found by labels, as those of a series of pandas are, the other way round."""

    def __getitem__(self, label):
        return Labelled(super().__getitem__(label)) if isinstance(label, slice) else super().__getitem__(-1 - label)


@pytest.mark.parametrize("held", [Labelled, iter, dict.fromkeys, tuple], ids=["labels", "iterator", "keys", "tuple"])
def test_any_iterable_of_texts_is_read_by_its_places(held):
    assert RECOGNIZER.detect_batch(held(HIDDEN)) == [RECOGNIZER.detect(text) for text in HIDDEN]
    assert RECOGNIZER.judge_batch(held(HIDDEN)) == [RECOGNIZER.judge(text) for text in HIDDEN]


def test_a_series_is_read_by_its_places():
    series = pytest.importorskip("pandas").Series(HIDDEN, index=[1, 0])
    for texts in (series, series.set_axis([5, 9])):
        assert RECOGNIZER.detect_batch(texts) == [RECOGNIZER.detect(text) for text in HIDDEN]


@pytest.mark.parametrize(("texts", "message"), [("张丽", "sequence of texts"), (["张丽", None], "text 1 is NoneType")])
def test_what_is_no_list_of_texts_is_refused(texts, message):
    for read in (RECOGNIZER.detect_batch, RECOGNIZER.judge_batch):
        with pytest.raises(TypeError, match=message):
            read(texts)


def test_a_span_that_cannot_be_verified_is_given_with_its_own_text(monkeypatch):
    def fails(surface, kind):
        raise TypeError(surface)

    text = "手机：１３８００１３８０００"
    (whole,) = RECOGNIZER.detect(text)
    monkeypatch.setattr("gaihe.serving.recognition.verification.verify_as", fails)
    expected = replace(whole, value=whole.text, valid=None, evasion=())
    assert RECOGNIZER.detect(text) == [expected]
    assert RECOGNIZER.detect_batch([text, "好"]) == [[expected], []]


@pytest.mark.parametrize("bad", ["坏" * 20, "坏" * 300, "坏" * 30_000])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_text_that_fails_does_not_take_its_neighbours_with_it(monkeypatch, bad, threads):
    encode = type(RECOGNIZER.metadata.vocabulary).tokens

    def tokens(vocabulary, texts):
        if any("坏坏" in text for text in texts):
            raise ValueError(texts[0])
        return encode(vocabulary, texts)

    texts = ["就是他张伟强，手机13800138000", "一二三四五六七八九十" * 2, bad, "张丽电话一三八00138000"]
    expected = [RECOGNIZER.detect(text) for text in texts]
    monkeypatch.setattr(type(RECOGNIZER.metadata.vocabulary), "tokens", tokens)
    with pytest.raises(TextsFailedError, match="1 of 4 texts could not be processed") as raised:
        RECOGNIZER.detect_batch(texts, threads)
    assert "坏" not in str(raised.value)
    found = raised.value.found
    assert isinstance(found[2], ValueError)
    assert found[:2] + found[3:] == expected[:2] + expected[3:]
    assert RECOGNIZER.attempt_batch(texts[:2], threads) == expected[:2]
    again = pickle.loads(pickle.dumps(raised.value))
    assert (str(again), again.found[:2]) == (str(raised.value), expected[:2])


def test_a_recogniser_travels_to_another_process():
    text = "就是他张伟强，手机13800138000"
    mine = Recognizer.load(operating_point="high_recall").at(0.2)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(mine.detect, (text,)) == mine.detect(text)
    again = pickle.loads(pickle.dumps(mine))
    assert (again.operating_point, again.threshold) == ("high_recall", 0.2)
    assert pickle.loads(pickle.dumps(RECOGNIZER)).threshold == RECOGNIZER.threshold
    assert copy.deepcopy(mine)._scoring is mine._scoring


def test_a_recogniser_whose_file_has_changed_is_not_unpickled(tmp_path):
    path = tmp_path / "mine.onnx"
    shutil.copy(default_model(), path)
    pickled = pickle.dumps(Recognizer.load(path))
    write_model(path, {"gaihe.version": "0"})
    with pytest.raises(ModelError, match="is not the model that was pickled"):
        pickle.loads(pickled)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(Recognizer(*open_session(default_model())))


def test_files_that_are_no_model_are_refused(tmp_path):
    absent, garbage, foreign = tmp_path / "absent.onnx", tmp_path / "garbage.onnx", tmp_path / "foreign.onnx"
    garbage.write_bytes(b"not a graph")
    write_model(foreign, {"gaihe.format": None})
    for path, message in ((absent, "no model at"), (garbage, "another kind of file"), (foreign, "not one of Gaihe")):
        with pytest.raises(ModelError, match=message):
            Recognizer.load(path)


def test_an_unknown_operating_point_is_refused_with_those_there_are():
    with pytest.raises(ModelError, match="balanced"):
        Recognizer.load(operating_point="reckless")


def test_a_threshold_leaves_out_spans_with_a_lower_score():
    text = "张丽 13800138000 湖南大学的 木子明 家住朝阳路那边 生日大概三月五 扣扣28604"
    everything = RECOGNIZER.detect(text)
    threshold = sorted(entity.score for entity in everything)[len(everything) // 2]
    kept = RECOGNIZER.detect(text, threshold=threshold)
    assert 0 < len(kept) < len(everything)
    assert kept == [entity for entity in everything if entity.score >= threshold]
    assert RECOGNIZER.detect_batch([text], threshold=threshold) == [kept]


@pytest.mark.parametrize("threshold", ["0.5", True, [0.5]])
def test_a_threshold_that_is_no_number_is_refused(threshold):
    with pytest.raises(TypeError, match="a threshold is a number"):
        RECOGNIZER.detect("张丽", threshold=threshold)


PIECES = st.sampled_from(
    [
        "张丽",
        "木子明",
        "一三八00138000",
        "朝阳路那边",
        "湖南大学",
        "扣扣28604",
        "粤B",
        "卡号6222",
        "，",
        "住",
        "小区",
        "的",
        "😀",
    ]
)


@settings(max_examples=60)
@given(
    st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join),
    st.lists(st.floats(0, 1) | st.floats(0, 0.05), min_size=2, max_size=4),
)
def test_a_lower_threshold_finds_all_that_a_higher_one_finds(text, thresholds):
    found = [RECOGNIZER.detect(text, threshold=threshold) for threshold in sorted(thresholds, reverse=True)]
    for above, below in pairwise(found):
        assert set(above) <= set(below)
    for threshold, entities in zip(sorted(thresholds, reverse=True), found, strict=True):
        assert all(entity.score >= threshold for entity in entities)
        assert all(one.end <= other.start for one, other in pairwise(entities))


@pytest.mark.slow
def test_a_threshold_works_alike_in_texts_of_several_windows_and_sections():
    text = "木子明家住朝阳路那边，" + TALK * 300 + "扣扣28604"
    low, high = (RECOGNIZER.detect(text, threshold=threshold) for threshold in (0.01, 0.5))
    assert set(high) < set(low)


@pytest.mark.parametrize("text", ["：779154740号", "是81720855698万QQ8436018人"])
def test_spans_below_the_floor_do_not_overlap_a_number_that_was_taken_whole(text):
    for threshold in (0.001, 0.005, 0.007):
        spans = RECOGNIZER.detect(text, threshold)
        assert all(first.end <= second.start for first, second in pairwise(spans))


def test_the_floor_gives_the_best_path_alone():
    assert RECOGNIZER.metadata.operating_points["balanced"] >= RECOGNIZER.metadata.scores.floor
    at_the_floor = RECOGNIZER.at(RECOGNIZER.metadata.scores.floor)
    for text in MESSY:
        found = at_the_floor.detect(text)
        assert all(entity.score >= RECOGNIZER.metadata.scores.floor for entity in found)
        assert [e for e in RECOGNIZER.detect(text, threshold=0) if e.score >= at_the_floor.threshold] == found


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(ValueError, match="between 0 and 1"):
        RECOGNIZER.detect("张丽", threshold=threshold)


def test_label_scores_are_log_probabilities_of_every_character():
    for text in ("张丽 13800138000", TALK * 3):
        logs = RECOGNIZER.label_scores(text)
        assert logs.shape == (len(text), len(RECOGNIZER.metadata.labels.names))
        np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1, rtol=1e-4)


def test_a_score_is_the_same_at_every_operating_point():
    text = "我叫张丽，电话13800138000"
    found = {}
    for point in RECOGNIZER.metadata.operating_points:
        for entity in Recognizer.load(operating_point=point).detect(text):
            found.setdefault((entity.start, entity.end, entity.type), []).append(entity.score)
    assert any(len(scores) > 1 for scores in found.values())
    assert all(max(scores) - min(scores) < 2e-4 for scores in found.values())


def test_operating_points_are_kept_in_the_file():
    _, metadata = open_session(default_model())
    points = {"balanced": 0.3125, "high_precision": 0.75}
    read = type(metadata).from_properties(replace(metadata, operating_points=points).to_properties(), "x")
    assert read.operating_points == points
