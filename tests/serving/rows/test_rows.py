import csv
import gzip
import io
import json
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gaihe.serving.core.errors import CommandError, PostError
from gaihe.serving.rows import BadRow, Row, row_file
from gaihe.serving.rows.lines import lines_of
from gaihe.serving.rows.numbers import dumps, loads
from hypothesis import given
from hypothesis import strategies as st


def rewritten(source, target, kind=None, fields=(), columns=(), change=str.upper):
    """Write a file with its texts changed, bad rows as they are, and give the rows."""
    file = row_file(str(source), kind, fields, columns)
    rows = []
    with file.writer(str(target)) as writer:
        for row in file.rows():
            rows.append(row)
            if isinstance(row, BadRow):
                writer.write_bad(row)
            else:
                writer.write(row, [change(text) for text in row.texts])
    return rows


def test_posts_are_written_with_id_and_text(tmp_path):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    source.write_text('{"id": "1", "text": "a", "scene": "x"}\n\n{"id": 2}\n', encoding="utf-8")
    rows = rewritten(source, target)
    assert target.read_text(encoding="utf-8") == '{"id": "1", "text": "A"}\n{"id": 2}\n'
    assert (rows[1].place, rows[1].reason) == (f"{source}, line 3", "'id' must be str, not int")


def test_fields_that_are_left_out_are_not_checked(tmp_path):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    source.write_text('{"id": "1", "text": "a", "intent": "complaint", "entities": 5}\n', encoding="utf-8")
    rewritten(source, target)
    assert target.read_text(encoding="utf-8") == '{"id": "1", "text": "A"}\n'


@pytest.mark.parametrize("fields", [(), ("text",)])
def test_a_bad_line_of_json_is_written_byte_by_byte(tmp_path, fields):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    bad = (b'{"id": "1", "text": "\xff"}\r\n', b"\xef\xbb\xbf{broken\n", b"{broken")
    good = b'{"id": "2", "text": "%s"}\n'
    source.write_bytes(bad[0] + good % b"x" + bad[1] + bad[2])
    rewritten(source, target, fields=fields)
    assert target.read_bytes() == bad[0] + good % b"X" + bad[1] + bad[2]


def test_paths_lead_to_texts_and_all_else_stays(tmp_path):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    record = {"id": 7, "a": {"b": "x", "c": [{"d": "y"}, {"d": None}, {"d": ["z", "w"]}]}, "n": [1, 2.5], "p.q": "v"}
    source.write_text(json.dumps(record) + '\n{"a": {"b": 3}}\n{"a": 1}\n5\n', encoding="utf-8")
    rows = rewritten(source, target, fields=["a.b", "a.c.d", "p.q"])
    assert (rows[0].id, list(rows[0].names)) == ("7", ["a.b", "a.c.0.d", "a.c.2.d.0", "a.c.2.d.1", "p.q"])
    record["a"] = {"b": "X", "c": [{"d": "Y"}, {"d": None}, {"d": ["Z", "W"]}]}
    record["p.q"] = "V"
    lines = target.read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == record
    assert lines[1:] == ['{"a": {"b": 3}}', '{"a": 1}', "5"]
    assert [row.reason for row in rows[1:]] == ["no text at a.b: a number", "nothing at a.b", "nothing at a.b"]


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_constants_that_no_json_holds_are_refused_where_they_would_be_written(tmp_path, constant):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    source.write_text(
        f'{{"a": "x", "n": 1.5}}\n{{"id": "1", "text": "x", "a": "x", "n": [{constant}]}}\n', encoding="utf-8"
    )
    _, bad = rewritten(source, target, fields=["a"])
    reason = f"not JSON: {constant} is no number there; null would be right"
    assert (bad.place, bad.reason) == (f"{source}, line 2", reason)
    source.write_text(f'{{"id": "1", "text": "x", "n": {constant}}}\n', encoding="utf-8")
    rewritten(source, target)
    assert target.read_text(encoding="utf-8") == '{"id": "1", "text": "X"}\n'


@pytest.mark.parametrize(
    "number",
    ["1E5", "1e-07", "1.10", "-0", "-0.0", "0", "7", "1e999", "0.1000000000000000055511", "9" * 30, "-" + "9" * 5000],
)
def test_numbers_beside_a_text_stay_as_they_were_written(tmp_path, number):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    line = f'{{"id": {number}, "a": "x", "n": [{number}, {{"m": {number}}}, [], {{}}, true, null]}}\n'
    source.write_text(line, encoding="utf-8")
    rewritten(source, target, fields=["a"])
    assert target.read_text(encoding="utf-8") == line.replace('"x"', '"X"')


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1.5", "a number"), ("1E5", "a number"), ("-0", "a number"), ("9" * 700, "a number"),
        ("true", "true or false"), ('{"a": 1}', "an object"),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_a_text_is_named(tmp_path, value, kind):
    (tmp_path / "a.jsonl").write_text(f'{{"n": {value}}}\n', encoding="utf-8")
    (bad,) = row_file(str(tmp_path / "a.jsonl"), None, ["n"], ()).rows()
    assert bad.reason == f"no text at n: {kind}"


def test_a_row_of_json_has_its_own_id_as_it_is_written_or_the_number_of_its_line(tmp_path):
    ids = ["30.0", "1E5", "7", "-0", "1.10", '"x"', "null", "true", "[3.0]"]
    (tmp_path / "a.jsonl").write_text("".join(f'{{"id": {own}, "a": "x"}}\n' for own in ids) + '{"a": "x"}\n')
    rows = row_file(str(tmp_path / "a.jsonl"), None, ["a"], ()).rows()
    assert [row.id for row in rows] == ["30.0", "1E5", "7", "-0", "1.10", "x", "7", "8", "9", "10"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.booleans())
def test_records_are_written_as_json_dumps_writes_them(value, ensure_ascii):
    line = json.dumps([value, {"n": value}], ensure_ascii=ensure_ascii)
    assert dumps(loads(line), ensure_ascii=ensure_ascii) == line
    line = line.replace("[", "[-0, ", 1)
    assert dumps(loads(line), ensure_ascii=ensure_ascii) == line


def test_a_number_in_a_path_picks_from_a_list(tmp_path):
    source, target = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    source.write_text('{"a": ["x", "y"]}\n', encoding="utf-8")
    rewritten(source, target, fields=["a.1"])
    assert json.loads(target.read_text(encoding="utf-8")) == {"a": ["x", "Y"]}


@given(st.binary(max_size=60))
def test_lines_of_text_come_through_byte_by_byte(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("lines")
    (folder / "a.txt").write_bytes(content)
    rewritten(folder / "a.txt", folder / "b.txt", change=str)
    assert (folder / "b.txt").read_bytes() == content


CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.sampled_from(",\t;"), st.sampled_from(["\n", "\r\n"]))
def test_csv_keeps_its_other_cells(tmp_path_factory, cells, delimiter, end):
    folder = tmp_path_factory.mktemp("csv")
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [("id", "title", "content"), *cells]
    )
    (folder / "a.csv").write_bytes(("\ufeff" + stream.getvalue()).encode())
    rows = rewritten(folder / "a.csv", folder / "b.csv", columns=["content"], change=lambda text: text + "!")
    assert [row.id for row in rows] == [name for name, _, _ in cells]
    written = io.StringIO((folder / "b.csv").read_bytes().decode("utf-8-sig"), newline="")
    assert list(csv.reader(written, delimiter=delimiter))[1:] == [[a, b, c + "!"] for a, b, c in cells]
    rewritten(folder / "a.csv", folder / "same.csv", columns=["content"], change=str)
    assert (folder / "same.csv").read_bytes() == (folder / "a.csv").read_bytes()


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ('1,"张丽",""', '1,"张丽!",""'),
        ("1,张丽,", "1,张丽!,"),
        ('"007",张丽,"a ""b"",\nc"', '"007",张丽!,"a ""b"",\nc"'),
        ('1,"张,""丽""",x', '1,"张,""丽""!",x'),
        ('a"b,张"丽,x', 'a"b,"张""丽!",x'),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_csv_cells_beside_a_text_that_changes_stand_as_they_were(tmp_path, row, shown, end):
    (tmp_path / "a.csv").write_text(f"id,text,note\n{row}{end}", encoding="utf-8", newline="")
    rewritten(tmp_path / "a.csv", tmp_path / "b.csv", columns=["text"], change=lambda text: text + "!")
    assert (tmp_path / "b.csv").read_bytes().decode() == f"id,text,note\n{shown}{end}"


def test_a_csv_text_that_is_emptied_is_empty_and_not_nothing(tmp_path):
    (tmp_path / "a.csv").write_text("text\n张丽\n", encoding="utf-8")
    rewritten(tmp_path / "a.csv", tmp_path / "b.csv", columns=["text"], change=lambda _: "")
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == 'text\n""\n'


@pytest.mark.parametrize("fields", [[], ["text"]])
@pytest.mark.parametrize(
    "line", ['{"id": "1", "text": "张丽", "text": "x"}', '{"id": "1", "text": "x", "a": [{"b": 1, "b": 2}]}']
)
def test_an_object_of_json_that_has_a_name_twice_is_bad(tmp_path, fields, line):
    (tmp_path / "a.jsonl").write_text(
        f'{{"id": "0", "text": "x", "a": [{{"b": 1}}, {{"b": 1}}]}}\n{line}\n', encoding="utf-8"
    )
    good, bad = row_file(str(tmp_path / "a.jsonl"), None, fields, ()).rows()
    assert isinstance(good, Row)
    assert isinstance(bad, BadRow)
    assert bad.reason == "not JSON: a name stands twice in an object"


def test_csv_rows_of_another_width_are_bad_and_stand_as_they_were(tmp_path):
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(b'a,b\n1,"x\ny"\n2\n3,z,\xff\n\n4,w\n')
    rows = rewritten(source, target, columns=["b"])
    assert target.read_bytes() == b'a,b\n1,"X\nY"\n2\n3,z,\xff\n\n4,W\n'
    assert [(row.place, row.reason) for row in rows if isinstance(row, BadRow)] == [
        (f"{source}, line 4", "1 cells in place of 2"),
        (f"{source}, line 5", "3 cells in place of 2"),
    ]


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (
            b'a,b\n1,x\n2,"y\n3,z\n',
            "line 3",
            "not CSV: a quotation mark is never closed; 2 lines from there on are read as one record",
        ),
        (b'a,b\n1,x\n2,"y\n', "line 3", "not CSV: a quotation mark is never closed"),
        (b'a,b\n1,x\n2,"y" z\n', "line 3", "not CSV: ',' expected after '\"'"),
        (
            b"a,b\n1,x\n2,y\rz\n",
            "line 3",
            "not CSV: a carriage return outside quotation marks that no line feed follows",
        ),
    ],
)
def test_csv_whose_quotes_or_line_ends_are_wrong_is_bad_and_stands_as_it_was(tmp_path, content, place, reason):
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(content)
    rows = rewritten(source, target, columns=["b"])
    assert [(row.place, row.reason) for row in rows if isinstance(row, BadRow)] == [(f"{source}, {place}", reason)]
    assert target.read_bytes() == content.replace(b"x", b"X")


def test_a_csv_whose_header_is_none_is_refused(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,b\r1,x\r")
    with pytest.raises(PostError, match="a.csv, line 1: not CSV: a carriage return"):
        list(row_file(str(tmp_path / "a.csv"), None, (), ["b"]).rows())


@pytest.mark.parametrize("first", ["sep=;", "\ufeffsep=,", "SEP=\t"])
def test_a_first_line_of_excel_that_names_the_delimiter_is_told(tmp_path, first):
    (tmp_path / "a.csv").write_text(f"{first}\r\nid;text\r\n1;x\r\n", encoding="utf-8")
    with pytest.raises(PostError, match=r"no column 'text'; its first line is Excel's, .*: remove it"):
        list(row_file(str(tmp_path / "a.csv"), None, (), ["text"]).rows())


def test_a_csv_of_a_header_alone_keeps_it(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,b\n")
    assert rewritten(tmp_path / "a.csv", tmp_path / "b.csv", columns=["b"]) == []
    assert (tmp_path / "b.csv").read_bytes() == b"a,b\n"


def test_parquet_keeps_its_schema_and_its_other_columns(tmp_path):
    source, target = tmp_path / "a.parquet", tmp_path / "b.parquet"
    texts = [None if number % 7 == 0 else f"x{number}" for number in range(10_000)]
    table = pa.table(
        {"id": pa.array(range(10_000)), "text": pa.array(texts, pa.large_string()), "n": pa.array([[1]] * 10_000)}
    ).replace_schema_metadata({"made": "by hand"})
    pq.write_table(table, source)
    rows = rewritten(source, target, columns=["text"])
    assert (rows[8].id, rows[8].texts, rows[7].texts) == ("8", ["x8"], [])
    read = pq.read_table(target)
    assert read.schema.equals(pq.read_table(source).schema, check_metadata=True)
    assert read.drop(["text"]).equals(pq.read_table(source).drop(["text"]))
    assert read["text"].to_pylist() == [text and text.upper() for text in texts]


@pytest.mark.parametrize("index", [pa.int8(), pa.int32()])
def test_a_dictionary_of_texts_is_read_as_texts_and_written_as_one(tmp_path, index):
    source, target = tmp_path / "a.parquet", tmp_path / "b.parquet"
    texts = [None if number % 7 == 0 else f"x{number % 5}" for number in range(10_000)]
    column = pa.array(texts).dictionary_encode().cast(pa.dictionary(index, pa.string()))
    pq.write_table(pa.table({"id": column, "text": column}), source)
    rows = rewritten(source, target, columns=["text"])
    assert [(row.id, row.texts) for row in rows[7:9]] == [("8", []), ("x3", ["x3"])]
    read = pq.read_table(target)
    assert read.schema.equals(pq.read_table(source).schema)
    assert read["text"].to_pylist() == [text and text.upper() for text in texts]
    assert read["id"].to_pylist() == texts


def test_parquet_columns_of_views_are_read_and_written(tmp_path):
    source, target = tmp_path / "a.parquet", tmp_path / "b.parquet"
    texts = ["x", None, "a text that is longer than a view holds", "y"]
    views = {"text": pa.array(texts, pa.string_view()), "n": pa.array([b"1", b"2", None, b"4"], pa.binary_view())}
    pq.write_table(table := pa.table(views), source)
    rewritten(source, target, columns=["text"])
    read = pq.read_table(target)
    assert read.schema == table.schema and read["n"].to_pylist() == views["n"].to_pylist()
    assert read["text"].to_pylist() == [text and text.upper() for text in texts]
    file = row_file(str(source), None, (), ["text"])
    with file.writer(str(target)) as writer:
        for row in file.rows():
            if row.id != "2":
                writer.write(row, row.texts)
    assert pq.read_table(target)["n"].to_pylist() == [b"1", None, b"4"]


@pytest.mark.parametrize("kind", [pa.null(), pa.dictionary(pa.int32(), pa.null())])
def test_a_column_without_any_value_holds_no_text(tmp_path, kind):
    source, target = tmp_path / "a.parquet", tmp_path / "b.parquet"
    empty = pa.nulls(3, kind)
    pq.write_table(pa.table({"id": empty, "text": empty, "more": ["x", None, "y"]}), source)
    rows = rewritten(source, target, columns=["text", "more"])
    assert [(row.id, row.texts) for row in rows] == [("1", ["x"]), ("2", []), ("3", ["y"])]
    read, before = pq.read_table(target), pq.read_table(source)
    assert read.schema.equals(before.schema) and read.drop(["more"]).equals(before.drop(["more"]))
    assert read["more"].to_pylist() == ["X", None, "Y"]


@pytest.mark.parametrize("kind", [pa.timestamp("s"), pa.date32()])
def test_a_row_whose_id_is_out_of_range_is_called_by_its_number(tmp_path, kind):
    last = 10**8 if kind == pa.date32() else 10**12
    pq.write_table(pa.table({"id": pa.array([0, last], kind), "text": ["a", "b"]}), tmp_path / "a.parquet")
    first, second = row_file(str(tmp_path / "a.parquet"), None, (), ["text"]).rows()
    assert first.id.startswith("1970-01-01") and (second.id, second.texts) == ("2", ["b"])


def test_parquet_rows_can_be_left_out_and_a_table_can_be_empty(tmp_path):
    table = pa.table({"text": ["a", "b", "c"]})
    pq.write_table(table, tmp_path / "a.parquet")
    file = row_file(str(tmp_path / "a.parquet"), None, (), ["text"])
    with file.writer(str(tmp_path / "b.parquet")) as writer:
        for row in file.rows():
            if row.texts != ["b"]:
                writer.write(row, row.texts)
    assert pq.read_table(tmp_path / "b.parquet")["text"].to_pylist() == ["a", "c"]
    pq.write_table(table.slice(0, 0), tmp_path / "none.parquet")
    assert rewritten(tmp_path / "none.parquet", tmp_path / "c.parquet", columns=["text"]) == []
    assert pq.read_table(tmp_path / "c.parquet").schema.names == ["text"]


@pytest.mark.parametrize(
    ("name", "kind", "fields", "columns", "reason"),
    [
        ("a.csv", None, [], [], "name the columns"),
        ("a.csv", None, ["x"], [], "the format csv, as which a.csv is read; it goes with --format jsonl$"),
        (
            "-", None, [], ["x"],
            "--column does not go with the format jsonl, as which standard input is read; it goes with --format csv or "
            "--format parquet$",
        ),
        ("-", "jsonl", [], ["x"], "--column does not go with the format jsonl; it goes with --format csv or"),
        ("a.csv.gz", None, [], ["x"], "a.csv.gz is gzip: unpack it first"),
        ("a.jsonl.GZ", None, [], [], "a.jsonl.GZ is gzip: unpack it first"),
        ("a.jsonl", "text", ["x"], [], "--field does not go with the format text"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_a_format_are_refused(name, kind, fields, columns, reason):
    with pytest.raises(CommandError, match=reason):
        row_file(name, kind, fields, columns)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path, name):
    (tmp_path / "a.csv").write_bytes(b"a,b\n1,2\n")
    pq.write_table(pa.table({"a": ["1"], "b": [2]}), tmp_path / "a.parquet")
    shown = {"a.csv": "its first line has 2 names, and a CSV file needs a header$", "a.parquet": "there are: a, b"}
    with pytest.raises(PostError, match=f"no column 'c'; {shown[name]}"):
        list(row_file(str(tmp_path / name), None, (), ["c"]).rows())


def test_rows_of_several_columns_of_ids_are_called_by_their_numbers(tmp_path):
    pq.write_table(pa.table([["a"], ["x"], ["b"]], names=["id", "text", "id"]), tmp_path / "a.parquet")
    rows = row_file(str(tmp_path / "a.parquet"), None, (), ["text"]).rows()
    assert [(row.id, row.texts) for row in rows] == [("1", ["x"])]
    (tmp_path / "a.csv").write_text("id,text,id\na,x,b\n")
    rows = row_file(str(tmp_path / "a.csv"), None, (), ["text"]).rows()
    assert [(row.id, row.texts) for row in rows] == [("2", ["x"])]


def test_a_damaged_parquet_file_and_a_name_of_two_columns_are_told(tmp_path):
    pq.write_table(pa.table({"text": ["a" * 99] * 99}), tmp_path / "a.parquet", use_dictionary=False)
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    content[20:60] = b"\xff" * 40
    (tmp_path / "a.parquet").write_bytes(content)
    pq.write_table(pa.table([["a"], ["b"]], names=["text", "text"]), tmp_path / "b.parquet")
    for name, reason in (("a.parquet", "cannot read .*a.parquet to its end"), ("b.parquet", "several columns 'text'")):
        with pytest.raises(PostError, match=reason):
            list(row_file(str(tmp_path / name), None, (), ["text"]).rows())


def test_what_is_no_parquet_file_or_no_text_is_refused(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR")
    pq.write_table(pa.table({"n": [1]}), tmp_path / "n.parquet")
    for name, column, reason in (
        ("a.parquet", "n", "it is no Parquet file"),
        ("n.parquet", "n", "holds int64, not texts"),
        ("absent.parquet", "n", "cannot read"),
    ):
        with pytest.raises(PostError, match=reason):
            list(row_file(str(tmp_path / name), None, (), [column]).rows())
    with pytest.raises(PostError, match="standard input"):
        row_file("-", "parquet", (), ["n"])


def test_rows_are_read_as_they_are_asked_for(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "a"}\nbroken\n', encoding="utf-8")
    assert isinstance(next(iter(row_file(str(tmp_path / "a.jsonl"), None, (), ()).rows())), Row)


@pytest.mark.parametrize(
    ("name", "header", "column"),
    [
        ("a.tsv", "id\ttext,\tnote, with, commas", "text,"),
        ("a.tsv", "id,x\ttext", "text"),
        ("a.csv", 'id;text;"a, b, c, d"', "text"),
        ("a.csv", "id\ttext\ta, b, c, d", "text"),
        ("a.csv", 'id,text,"a;b;c;d;e"', "text"),
    ],
)
def test_the_delimiter_is_the_one_that_gives_the_columns(tmp_path, name, header, column):
    source, target = tmp_path / name, tmp_path / f"b-{name}"
    sign = next(sign for sign in "\t;," if f"{sign}text" in header)
    cells = ["1", "a", "b"][: len(header.split(sign)) if sign != "," else 3]
    source.write_text(f"{header}\n{sign.join(cells)}\n", encoding="utf-8")
    rewritten(source, target, "csv", columns=[column])
    cells[1] = "A"
    assert target.read_text(encoding="utf-8") == f"{header}\n{sign.join(cells)}\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("编号,正文\n1,a\n".encode("gb18030"), "line 1: not UTF-8: invalid .*iconv -f GB18030"),
        ("编号,正文\n1,a\n".encode("utf-16"), "line 1: not UTF-8: this is UTF-16"),
        (gzip.compress("编号,正文\n1,a\n".encode(), mtime=0), "line 1: not UTF-8: this is gzip"),
    ],
)
def test_a_csv_file_of_another_encoding_is_told_as_one(tmp_path, content, reason):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(PostError, match=reason):
        list(row_file(str(tmp_path / "a.csv"), None, (), ["正文"]).rows())


@pytest.mark.parametrize(
    ("name", "columns", "good", "long"),
    [
        ("a.jsonl", [], b'{"id": "1", "text": "v"}\n', b'{"id": "2", "text": "' + b"y" * 3_000_000 + b'"}\n'),
        ("a.txt", [], b"v\n", b"y" * 3_000_000 + b"\r\n"),
        ("a.csv", ["b"], b"1,v\n", b'1,"\n' + b"y" * 3_000_000 + b'"\n'),
        ("a.csv", ["b"], b"1,v\n", b"1," + b"y" * 3_000_000 + b"\n"),
    ],
)
@pytest.mark.parametrize("last", [False, True])
def test_a_line_that_is_too_long_is_bad_and_stands_as_it_was(tmp_path, monkeypatch, name, columns, good, long, last):
    monkeypatch.setattr("gaihe.serving.rows.lines.LONGEST_LINE", 100)
    source, target = tmp_path / name, tmp_path / ("b" + name)
    head = b"a,b\n" if columns else b""
    long = long.rstrip() if last else long + good
    source.write_bytes(head + good + long)
    rows = rewritten(source, target, columns=columns)
    assert [isinstance(row, BadRow) for row in rows] == [False, True] if last else [False, True, False]
    assert "line is longer than" in rows[1].reason and rows[1].place == f"{source}, line {2 + bool(columns)}"
    assert target.read_bytes() == (head + good + long).replace(b"v", b"V")


def test_a_line_that_is_too_long_is_read_piece_by_piece_and_no_further_than_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("gaihe.serving.rows.lines.LONGEST_LINE", 100)
    (tmp_path / "a.txt").write_bytes(b"y" * 3_000_000 + b"\nv\n")
    lines = lines_of(str(tmp_path / "a.txt"))
    place, pieces = next(lines)
    assert place == f"{tmp_path / 'a.txt'}, line 1" and next(pieces) == b"y" * 101
    assert max(map(len, islice(pieces, 1))) < 2_000_000
    assert next(lines) == (f"{tmp_path / 'a.txt'}, line 2", b"v\n")
    assert list(pieces) == []


LONG = b"y" * 200


@pytest.mark.parametrize(
    ("record", "lines"),
    [
        (b'1,"' + LONG + b'\nr,s"\n', 2),
        (b'1,"' + LONG + b'\nr,s\n"\n', 3),
        (b'1,"r\n' + LONG + b'\nr,s"\n', 3),
        (b'1,"r\n' + LONG + b'",s\n', 2),
        (b'1,"' + LONG + b'""\nr,s"\n', 2),
        (b'"' + LONG + b'""","\nr,s"\n', 2),
        (b'1,"' + LONG + b"\nr," + LONG + b'\nr,s"\n', 3),
        (b'1,""' + LONG + b"\n", 1),
        (b'1,r" ' + LONG + b' r"" s"\n', 1),
        (b"1," + b'"' * 2 + LONG + b',"""r"""\n', 1),
        (b'1,"' + LONG[:-1] + b'"' * 40 + b'\nr,s"\n', 2),
        (b'1,"' + LONG + b'"' * 41 + b"\n", 1),
        (b"1,r" + b'"' * 131 + LONG + b"\n", 1),
    ],
)
@pytest.mark.parametrize("taken", [True, False])
def test_all_lines_of_a_csv_record_with_one_that_is_too_long_are_one_bad_row(
    tmp_path, monkeypatch, record, lines, taken
):
    monkeypatch.setattr("gaihe.serving.rows.lines.LONGEST_LINE", 100)
    monkeypatch.setattr("gaihe.serving.rows.lines._PIECE", 16)
    source = tmp_path / "a.csv"
    source.write_bytes(b"a,b\n0,v\n" + record + b"2,v\n3\n")
    places, passed = [], []
    for row in row_file(str(source), None, (), ["b"]).rows():
        places.append((row.place.rpartition(" ")[2], isinstance(row, BadRow)))
        if isinstance(row, BadRow) and taken:
            passed.append(b"".join(row.content))
    assert places == [("2", False), ("3", True), (str(3 + lines), False), (str(4 + lines), True)]
    assert passed == ([record, b"3\n"] if taken else [])


def test_a_quotation_mark_that_is_never_closed_behind_a_line_that_is_too_long_takes_all_lines(tmp_path, monkeypatch):
    monkeypatch.setattr("gaihe.serving.rows.lines.LONGEST_LINE", 100)
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(b'a,b\n0,v\n1,"' + LONG + b"\n2,v\n" * 3)
    assert [isinstance(row, BadRow) for row in rewritten(source, target, columns=["b"])] == [False, True]
    assert target.read_bytes() == source.read_bytes().replace(b"v", b"V", 1)


def test_all_lines_of_a_csv_cell_that_is_too_long_are_one_bad_row(tmp_path, monkeypatch):
    monkeypatch.setattr("gaihe.serving.rows.delimited.LONGEST_LINE", 100)
    source, target = tmp_path / "a.csv", tmp_path / "b.csv"
    source.write_bytes(b'a,b\n0,v\n1,"' + b"yyyyyyyyy\n" * 11 + b'r,s\nr,s"\n2,v\n')
    rows = rewritten(source, target, columns=["b"])
    assert [isinstance(row, BadRow) for row in rows] == [False, True, False]
    assert target.read_bytes() == source.read_bytes().replace(b"v", b"V")


def test_a_csv_whose_header_is_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("gaihe.serving.rows.lines.LONGEST_LINE", 100)
    (tmp_path / "a.csv").write_bytes(b"a" * 101 + b",b\n1,x\n")
    with pytest.raises(PostError, match="a.csv, line 1: not CSV: the line is longer"):
        list(row_file(str(tmp_path / "a.csv"), None, (), ["b"]).rows())


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_a_column_that_is_named_again_is_read_once(tmp_path, name):
    (tmp_path / "a.csv").write_text("a,text\n1,x\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    pq.write_table(pa.table({"text": ["x"]}), tmp_path / "a.parquet")
    named = (["text"] * 2, ()) if name == "a.jsonl" else ((), ["text"] * 2)
    (row,) = row_file(str(tmp_path / name), None, *named).rows()
    assert row.texts == ["x"]
