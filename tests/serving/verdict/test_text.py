from gaihe.serving.verdict.text import number, word_lists


def test_numbers_below_a_hundred_are_read_in_digits_and_words():
    assert [number(word) for word in ("7", "十", "十三", "二十", "三十五", "八", "十十", "人")] == [
        7, 10, 13, 20, 35, 8, None, None,
    ]  # fmt: skip


def test_no_list_has_a_word_twice():
    for name, listed in word_lists().items():
        if isinstance(listed, str):
            words = listed.split()
            assert len(set(words)) == len(words), name
