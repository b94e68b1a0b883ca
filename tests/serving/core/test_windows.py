import re
from itertools import pairwise

import pytest
from gaihe.serving.core.windows import ALONE, LINES, windows
from hypothesis import given
from hypothesis import strategies as st

LENGTHS = st.integers(0, 700) | st.integers(0, 40)
TEXTS = st.builds(
    lambda lengths, between: between.join("丽" * length for length in lengths),
    st.lists(LENGTHS, max_size=20),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


@given(text=TEXTS, size=st.integers(2, 300), overlap=st.integers(0, 299))
def test_kept_parts_cover_the_text_once_and_lie_in_their_windows(text, size, overlap):
    cuts = windows(text, size, overlap % size)
    kept = [position for cut in cuts for position in range(cut.keep_start, cut.keep_end)]
    assert kept == list(range(len(text)))
    assert all(cut.start <= cut.keep_start <= cut.keep_end <= cut.end <= len(text) for cut in cuts)
    assert all(cut.end - cut.start <= size for cut in cuts)


@given(length=st.integers(0, 3000), size=st.integers(2, 300), overlap=st.integers(0, 299))
def test_windows_of_one_line_are_alike_and_share_the_overlap(length, size, overlap):
    overlap %= size
    cuts = windows("丽" * length, size, overlap)
    assert len({cut.end - cut.start for cut in cuts}) <= 1
    assert all(left.end - right.start >= overlap for left, right in pairwise(cuts))


@given(TEXTS.filter(lambda text: len(text) > 256))
def test_windows_of_whole_lines_are_as_few_as_can_be(text):
    cuts = windows(text, 256, 64)
    whole = [cut for cut in cuts if (cut.start, cut.end) == (cut.keep_start, cut.keep_end)]
    assert all(cut.start == 0 or text[cut.start - 1] in "\r\n" for cut in whole)
    for cut in whole:
        lengths = [len(line) for line in re.findall(r"[^\r\n]+", text[cut.start : cut.end])]
        assert all(min(pair) < ALONE for pair in pairwise(lengths))
    for left, right in pairwise(cuts):
        if left in whole and right in whole:
            *_, last = ["", *re.findall(r"[^\r\n]+", text[left.start : left.end])]
            line, breaks = re.match(r"([^\r\n]*)([\r\n]*)", text[right.start :]).groups()
            too_long = right.start + len(line + breaks) - left.start > LINES
            assert too_long or min(len(last), len(line)) >= ALONE


def test_a_thread_is_read_post_by_post_and_a_short_text_whole():
    thread = "\n".join(["丽" * 80] * 4)
    assert [(cut.start, cut.end) for cut in windows(thread)] == [(0, 81), (81, 162), (162, 243), (243, 323)]
    assert [(cut.start, cut.end) for cut in windows(thread[:256])] == [(0, 256)]


def test_comments_of_a_thread_are_read_each_by_itself_and_short_lines_with_their_neighbour():
    thread = "\n".join(["丽" * 16, "丽" * 16, "\n" + "丽" * 15, "丽" * 16, "丽" * 20] * 4)
    starts = [cut.start for cut in windows(thread)]
    assert starts[:4] == [0, 17, 68, 89]


def test_an_empty_line_of_any_kind_parts_comments():
    comments = ["丽" * 20] * 14
    for between in ("\n\n", "\r\n\r\n", "\r\n"):
        starts = [cut.start for cut in windows(between.join(comments))]
        assert starts == [number * (20 + len(between)) for number in range(14)]


def test_short_lines_share_a_window():
    assert [(cut.start, cut.end) for cut in windows("姓名：张丽\n" * 50)] == [
        (start, min(start + 90, 300)) for start in range(0, 300, 90)
    ]


@pytest.mark.parametrize("number", ["1\n3\n8\n0\n0\n1\n3\n8\n", "1 3 8\n0 0 1\n3 8 0\n", "①③⑧\n零零一\n、3 8 0.\n"])
def test_a_number_over_several_lines_is_in_one_window_with_the_line_before_it(number):
    rest = "丽" * 40 + "\n"
    for length in range(60, 200, 7):
        text = "丽" * length + "\n" + number + rest * 6
        assert windows(text)[0].end == length + 1 + len(number)


@pytest.mark.parametrize("line", ["张丽\n", "138丽\n", "1380013800\n"])
def test_other_lines_are_cut_where_they_are_too_many(line):
    assert windows("丽" * 89 + "\n" + line * 80)[0].end == 90


def test_more_numerals_than_fit_are_read_in_windows_that_overlap():
    assert [(cut.start, cut.end) for cut in windows("138\n" * 100)] == [(0, 232), (168, 400)]


def test_line_breaks_alone_are_cut_too():
    assert [(cut.start, cut.end) for cut in windows("\n" * 258)] == [(0, 161), (97, 258)]


def test_neighbours_share_the_overlap_and_each_counts_half_of_it():
    first, second, *_ = windows("丽" * 1000, 248, 60)
    assert (first.end - second.start, first.keep_end - second.start) == (60, 30)
    assert first.keep_end == second.keep_start


def test_a_text_little_longer_than_a_window_is_not_read_twice():
    assert [(cut.start, cut.end) for cut in windows("丽" * 258, 256, 64)] == [(0, 161), (97, 258)]


def test_an_overlap_as_long_as_the_window_is_refused():
    with pytest.raises(ValueError, match="below the window size"):
        windows("丽" * 10, 4, 4)
