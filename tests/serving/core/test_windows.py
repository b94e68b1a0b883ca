from itertools import pairwise

import pytest
from gaihe.serving.core.windows import windows
from hypothesis import given
from hypothesis import strategies as st


@given(length=st.integers(0, 3000), size=st.integers(2, 300), overlap=st.integers(0, 299))
def test_kept_parts_cover_the_text_once_and_lie_in_their_windows(length, size, overlap):
    overlap %= size
    cuts = windows(length, size, overlap)
    kept = [position for cut in cuts for position in range(cut.keep_start, cut.keep_end)]
    assert kept == list(range(length))
    assert all(cut.start <= cut.keep_start <= cut.keep_end <= cut.end <= length for cut in cuts)
    assert len({cut.end - cut.start for cut in cuts}) <= 1
    assert all(cut.end - cut.start <= size for cut in cuts)
    assert all(left.end - right.start >= overlap for left, right in pairwise(cuts))


def test_neighbours_share_the_overlap_and_each_counts_half_of_it():
    first, second, *_ = windows(1000, 248, 60)
    assert (first.end - second.start, first.keep_end - second.start) == (60, 30)
    assert first.keep_end == second.keep_start


def test_a_text_little_longer_than_a_window_is_not_read_twice():
    assert [(cut.start, cut.end) for cut in windows(258, 256, 64)] == [(0, 161), (97, 258)]


def test_an_overlap_as_long_as_the_window_is_refused():
    with pytest.raises(ValueError, match="below the window size"):
        windows(10, 4, 4)
