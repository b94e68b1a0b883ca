from gaihe.serving.verdict.text import number


def test_numbers_below_a_hundred_are_read_in_digits_and_words():
    assert [number(word) for word in ("7", "十", "十三", "二十", "三十五", "八", "十十", "人")] == [
        7, 10, 13, 20, 35, 8, None, None,
    ]  # fmt: skip
