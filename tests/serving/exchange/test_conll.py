import pytest
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.exchange import FORMATS, Source, Target
from gaihe.serving.exchange.escapes import escape, unescape
from hypothesis import given

from tests.serving.exchange.strategies import any_texts


def read(path, content, **options):
    path.write_text(content, encoding="utf-8", newline="")
    return list(FORMATS["conll"].read(path, Source(**options)))


def spans(post):
    return [(entity.start, entity.end, entity.type.value) for entity in post.entities]


def test_a_post_as_bio_and_as_bioes(tmp_path):
    post = Post("p 1", "张丽 4", (Entity(0, 2, EntityType.NAME, "张丽"), Entity(3, 4, EntityType.QQ, "4")))
    FORMATS["conll"].write([post], tmp_path / "bio", Target())
    FORMATS["conll-bioes"].write([post], tmp_path / "bioes", Target())
    lines = "# id = p\\u00201\n张\tB-NAME\n丽\t{}-NAME\n\\u0020\tO\n4\t{}-QQ\n\n"
    assert (tmp_path / "bio").read_text(encoding="utf-8") == lines.format("I", "B")
    assert (tmp_path / "bioes").read_text(encoding="utf-8") == lines.format("E", "S")


@given(any_texts)
def test_an_escaped_text_is_printable_without_white_space_and_comes_back(text):
    escaped = escape(text)
    assert escaped.isprintable()
    assert len(escaped.split()) == (escaped != "")
    assert unescape(escaped) == text


def test_foreign_backslashes_stay():
    assert unescape(r"C:\new \o/ \U00110000") == r"C:\new \o/ \U00110000"


def test_what_looks_like_an_escape_is_none_after_a_round_trip():
    assert unescape(escape(r"\u0041 \\ \U0001f600")) == r"\u0041 \\ \U0001f600"


def test_conll_2003_with_words_and_document_marks(tmp_path):
    content = (
        "-DOCSTART- -X- -X- O\n\nLily NNP B-NP B-NAME\nZhang NNP I-NP I-NAME\ncame VBD B-VP O\n\nBob NNP B-NP B-NAME\n"
    )
    first, second = read(tmp_path / "f", content, separator=" ")
    assert (first.id, first.text, spans(first)) == ("1", "Lily Zhang came", [(0, 10, "NAME")])
    assert (second.id, second.text, spans(second)) == ("2", "Bob", [(0, 3, "NAME")])


@pytest.mark.parametrize("tags", ["B I O B B", "B E O S S", "B M O B B", "B L O U U"])
def test_every_scheme_gives_the_same_spans(tmp_path, tags):
    tokens = zip("张丽和王李", tags.split(), strict=True)
    content = "".join(f"{token} {tag}{'' if tag == 'O' else '-NAME'}\r\n" for token, tag in tokens)
    (post,) = read(tmp_path / "f", "\ufeff" + content)
    assert post.text == "张丽和王李"
    assert spans(post) == [(0, 2, "NAME"), (3, 4, "NAME"), (4, 5, "NAME")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("张 B-NAME\n丽\n", "line 2: expected a token and its tag, with white space"),
        ("张 13800138000\n", "line 1: the last column is no tag"),
        ("张 X-NAME\n", "line 1: 'X-NAME' is no tag"),
        ("张 B-\n", "line 1: 'B-' is no tag"),
        ("张 O\n丽 I-NAME\n", "line 2: 'I-NAME' continues no NAME before it"),
        ("张 B-NAME\n丽 I-QQ\n", "line 2: 'I-QQ' continues no QQ before it"),
        ("写信到 E-mail:li@example.com\n", r"line 1: unknown label, which looks like a value \(types"),
        ("张 S-NAME\n丽 I-NAME\n", "line 2: 'I-NAME' continues no NAME"),
        ("张 O\n\n丽 B-PER\n", "line 3: unknown label 'PER'"),
        ("# id = p\n# meta = {\n张 O\n", "line 1: the meta: not JSON"),
        ('# meta = {"values": 3}\n张 O\n', r"line 1: the values of a post must be \[\[start, end, value\], …\]"),
        ('# meta = {"intent": "bad"}\n张 O\n', "line 1: unknown intent 'bad'"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(tmp_path, content, reason):
    with pytest.raises(PostError, match=f"f, {reason}"):
        read(tmp_path / "f", content)


def test_bytes_that_are_not_utf_8_are_named(tmp_path):
    (tmp_path / "f").write_bytes("张 O\n".encode("gbk"))
    with pytest.raises(PostError, match="f, line 1: not UTF-8"):
        list(FORMATS["conll"].read(tmp_path / "f", Source()))
