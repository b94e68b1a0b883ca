"""Files are cut the same way each time, and their pieces hold each post once."""

import csv
import gzip
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gaihe.scale.pieces import KNOWN, Columns, cut
from gaihe.scale.places import place_of, sources_of
from gaihe.scale.reading import batches, rows_of
from gaihe.serving.core.errors import CommandError, PostError
from gaihe.serving.rows import row_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TEXTS = st.lists(st.text(st.sampled_from('张1,"\n\r\t电😀 '), min_size=1, max_size=12), min_size=1, max_size=40)


def write(path, texts):
    """A file of texts as its ending says."""
    name = path.name.removesuffix(".gz")
    records = [{"id": f"p{number}", "text": text, "n": number} for number, text in enumerate(texts)]
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(records), path, row_group_size=7)
        return
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "wt", encoding="utf-8", newline="") as stream:
        if name.endswith(".jsonl"):
            stream.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        else:
            writer = csv.DictWriter(stream, ["id", "text", "n"], delimiter="\t" if name.endswith(".tsv") else ",")
            writer.writeheader()
            writer.writerows(records)


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl", "a.jsonl.gz", "a.csv", "a.tsv", "a.csv.gz"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(texts=TEXTS, rows=st.integers(1, 9))
def test_pieces_hold_every_post_once_and_in_order(name, planned, tmp_path, texts, rows):
    write(tmp_path / name, texts)
    columns = Columns("text", ("n",))
    (source,), pieces, _ = planned(tmp_path / name, columns=columns, rows=rows)
    found = [list(rows_of(source, piece, columns)) for piece in pieces]
    assert [row.text for own in found for row in own] == texts
    assert [row.id for own in found for row in own] == [f"p{number}" for number in range(len(texts))]
    assert [str(row.kept[0]) for own in found for row in own] == [str(number) for number in range(len(texts))]
    assert [len(own) for own in found] == [piece.rows for piece in pieces]
    positions = [row.position for own in found for row in own]
    assert positions == sorted(set(positions))
    assert [piece.number for piece in pieces] == list(range(len(pieces)))


@pytest.mark.parametrize(
    ("name", "header", "row", "column"),
    [
        ("a.tsv", "id\ttext,title,more", "1\t正文", "text,title,more"),
        ("a.TSV", "text,a,b,c", "正文", "text,a,b,c"),
        ("a.csv", "id,a;b;c;d,text", "1,z,正文", "text"),
        ("a.csv", 'id;text;"a, b, c"', "1;正文;z", "text"),
        ("a.csv", "id\ttext\ta, b, c", "1\t正文\tz", "text"),
        ("a.csv", "id,text\ta\tb", "1,正文", "text\ta\tb"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_csv_file_has_the_delimiter_that_the_commands_for_rows_read(
    name, header, row, column, packed, planned, tmp_path
):
    path = tmp_path / (f"{name}.gz" if packed else name)
    content = f"{header}\n{row}\n".encode()
    (tmp_path / name).write_bytes(content)
    path.write_bytes(gzip.compress(content) if packed else content)
    columns = Columns(column)
    (source,), (piece,), _ = planned(path, columns=columns)
    assert [row.text for row in rows_of(source, piece, columns)] == ["正文"]
    assert [row.texts for row in row_file(str(tmp_path / name), None, (), [column]).rows()] == [["正文"]]


def test_a_large_gzip_file_has_few_pieces(planned, tmp_path):
    write(tmp_path / "a.jsonl.gz", [f"第{number}条" for number in range(1000)])
    (source,), pieces, _ = planned(tmp_path / "a.jsonl.gz", rows=1)
    assert len(pieces) == 63
    assert sum(piece.rows for piece in pieces) == 1000
    assert [row.text for row in rows_of(source, pieces[-1], Columns("text"))][-1] == "第999条"


def test_broken_rows_are_named_and_cost_no_other(planned, tmp_path):
    lines = [
        '{"text": "一"}',
        "",
        "{",
        '{"text": 7}',
        "[]",
        '{"content": "二"}',
        '{"text": "\\ud800"}',
        '{"text": null}',
    ]
    (tmp_path / "a.jsonl").write_bytes("\n".join(lines).encode() + b'\n{"text": "\xff"}\n{"id": 5, "text": "end"}')
    (tmp_path / "b.csv").write_bytes(b"id,text\n1,good\n2\n3,bad \xff,\n4,\xff\n")
    sources, pieces, _ = planned(tmp_path / "a.jsonl", tmp_path / "b.csv", rows=3)
    rows = [row for piece in pieces for row in rows_of(sources[piece.source], piece, Columns("text"))]
    assert [(row.position, row.id, row.text) for row in rows if row.error is None] == [
        (1, "1", "一"),
        (8, "8", None),
        (10, "5", "end"),
        (2, "1", "good"),
    ]
    assert [(row.position, row.error.partition(":")[0]) for row in rows if row.error is not None] == [
        (3, "not JSON"),
        (4, "'text' must be str, not int"),
        (5, "expected an object, not list"),
        (6, "missing 'text'"),
        (7, "not Unicode"),
        (9, "not UTF-8"),
        (3, "1 cells in place of 2"),
        (4, "3 cells in place of 2"),
        (5, "not Unicode"),
    ]


def test_an_object_has_its_own_id_or_the_number_of_its_line(planned, tmp_path):
    ids = ["30.0", "1E5", "7", "null", "NaN", "false"]
    (tmp_path / "a.jsonl").write_text("".join(f'{{"id": {own}, "text": "x"}}\n' for own in ids))
    (source,), (piece,), _ = planned(tmp_path / "a.jsonl")
    assert [row.id for row in rows_of(source, piece, Columns("text"))] == ["30.0", "100000.0", "7", "4", "5", "6"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 50])
def test_a_line_too_long_is_named_and_costs_no_other(packed, rows, planned, tmp_path, monkeypatch):
    monkeypatch.setattr("gaihe.scale.lines.LONGEST_LINE", 1000)
    monkeypatch.setattr("gaihe.scale.lines._BUFFER", 100)
    long = "长" * 1000
    contents = {
        "a.jsonl": f'{{"text": "一"}}\n{{"text": "{long}"}}\n{{"text": "二"}}\n\n{{"text": "{long}"}}',
        "b.csv": f'id,text\n1,一\n2,{long}\n3,二\n4,"三\n{long}\n5,四\n6,{long}\n',
    }
    for name, content in contents.items():
        path = tmp_path / (f"{name}.gz" if packed else name)
        path.write_bytes(gzip.compress(content.encode()) if packed else content.encode())
    sources, pieces, _ = planned(*sorted(tmp_path.iterdir()), rows=rows)
    found = [list(rows_of(sources[piece.source], piece, Columns("text"))) for piece in pieces]
    assert [len(own) for own in found] == [piece.rows for piece in pieces]
    reason = "a line is longer than 67108864 bytes"
    assert [(row.position, row.text, row.error) for own in found for row in own] == [
        (1, "一", None),
        (2, None, reason),
        (3, "二", None),
        (5, None, reason),
        (2, "一", None),
        (3, None, f"not CSV: {reason}"),
        (4, "二", None),
        (5, None, f"not CSV: {reason}; 2 lines from there on are read as one record"),
        (7, "四", None),
        (8, None, f"not CSV: {reason}"),
    ]


@pytest.mark.parametrize("rows", [1, 2, 50])
def test_a_quotation_mark_that_never_closes_is_named(rows, planned, tmp_path):
    (tmp_path / "a.csv").write_bytes('id,text\n1,一\n2,"二\n3,三\n4,四\n'.encode())
    (tmp_path / "b.csv").write_bytes('id,text\n1,一\n2,"二\n3,三\n4,"四"\n5,五\n'.encode())
    sources, pieces, _ = planned(tmp_path / "a.csv", tmp_path / "b.csv", rows=rows)
    found = [row for piece in pieces for row in rows_of(sources[piece.source], piece, Columns("text"))]
    assert [(row.position, row.text) for row in found] == [(2, "一"), (3, None), (2, "一"), (3, None), (6, "五")]
    assert [row.error for row in found if row.error] == [
        "not CSV: a quotation mark is never closed; 3 lines from there on are read as one record",
        "not CSV: ',' expected after '\"'; 3 lines from there on are read as one record",
    ]


def test_parquet_cells_that_are_not_utf8_cost_their_rows_alone(planned, tmp_path):
    texts = pa.array([b"one", b"\xff", b"three", b"four"]).view(pa.string())
    words = pa.ListArray.from_arrays([0, 1, 2, 3, 4], pa.array([b"a", b"b", b"\xff", b"c"]).view(pa.string()))
    days = pa.array([[date(2026, 1, 2)], [], None, [None]])
    pq.write_table(pa.table({"text": texts, "words": words, "days": days}), tmp_path / "a.parquet")
    columns = Columns("text", ("words", "days"))
    (source,), (piece,), _ = planned(tmp_path / "a.parquet", columns=columns)
    rows = list(rows_of(source, piece, columns))
    assert [row.text for row in rows] == ["one", None, None, "four"]
    assert [row.error and row.error.partition(":")[0] for row in rows] == [None, "not Unicode", "not Unicode", None]
    assert rows[0].kept == (["a"], [date(2026, 1, 2)])


@pytest.mark.parametrize("kind", [pa.timestamp("s"), pa.timestamp("us", "Asia/Shanghai"), pa.date32()])
def test_a_cell_out_of_range_costs_its_own_row(kind, planned, tmp_path):
    last = {"date32[day]": 10**8, "timestamp[s]": 10**12}.get(str(kind), 253_402_300_799_000_000)
    pq.write_table(pa.table({"text": ["one", "two"], "at": pa.array([last, 0], kind)}), tmp_path / "a.parquet")
    columns = Columns("text", ("at",))
    (source,), (piece,), _ = planned(tmp_path / "a.parquet", columns=columns)
    rows = list(rows_of(source, piece, columns))
    assert [(row.position, row.text) for row in rows] == [(1, None), (2, "two")]
    assert rows[0].error.startswith("a cell is out of range") and rows[1].kept[0] is not None


def test_texts_of_a_dictionary_are_texts(planned, tmp_path):
    texts = pa.array(["one", "two", "one"]).dictionary_encode()
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet")
    (source,), (piece,), _ = planned(tmp_path / "a.parquet")
    assert [row.text for row in rows_of(source, piece, Columns("text"))] == ["one", "two", "one"]


def test_folders_and_globs_give_files_by_name(tmp_path):
    for name in (
        "b/2.jsonl",
        "b/c/1.csv.gz",
        "a.parquet",
        "b/_part.jsonl",
        "b/.x/3.jsonl",
        "b/notes.md",
        "out/4.jsonl",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    output = place_of(str(tmp_path / "out"))

    def names(*given):
        found = sources_of([f"{tmp_path}/{one}" for one in given], KNOWN, output)
        return [source.place.path.removeprefix(f"{tmp_path}/") for source in found]

    assert names("") == ["a.parquet", "b/2.jsonl", "b/c/1.csv.gz"]
    assert names("b", "b/2.jsonl") == ["b/2.jsonl", "b/c/1.csv.gz"]
    assert names("b/*.jsonl") == ["b/2.jsonl", "b/_part.jsonl"]
    assert names("**/*.gz", "b/notes.md") == ["b/c/1.csv.gz", "b/notes.md"]
    assert [source.place.path for source in sources_of([f"file://{tmp_path}/b"], KNOWN, output)] == [
        f"{tmp_path}/b/2.jsonl",
        f"{tmp_path}/b/c/1.csv.gz",
    ]
    for wrong in ("absent", "*.txt", "out"):
        with pytest.raises(CommandError, match="there is no file to read"):
            names(wrong)
    (tmp_path / "b" / "c" / "D.JSONL.GZ").write_bytes(gzip.compress(b'{"text": "x"}'))
    assert names("b/c") == names("b/c/**") == ["b/c/1.csv.gz", "b/c/D.JSONL.GZ"]
    assert names("b/**.GZ") == ["b/c/D.JSONL.GZ"]
    (source,) = sources_of([f"{tmp_path}/b/c/D.JSONL.GZ"], KNOWN, output)
    assert cut(source, Columns("text"), 5).pieces[0].rows == 1


def test_a_file_is_taken_once_whatever_links_lead_to_it(tmp_path):
    folder, blobs = tmp_path / "in", tmp_path / "blobs"
    folder.mkdir()
    blobs.mkdir()
    (folder / "b.jsonl").write_text('{"text": "x"}\n')
    (folder / "again").symlink_to(folder)
    (folder / "a.jsonl").symlink_to(folder / "b.jsonl")
    (blobs / "0f3a").write_text("text\nx\n")
    (folder / "c.csv").symlink_to(blobs / "0f3a")

    def names(*given):
        found = sources_of(list(map(str, given)), KNOWN, place_of(str(tmp_path / "out")))
        return [source.place.path.removeprefix(f"{tmp_path}/") for source in found]

    assert names(folder) == names(folder, folder / "again", f"{folder}/**.jsonl") == ["in/a.jsonl", "in/c.csv"]


def test_of_a_files_names_one_with_a_known_ending_is_taken(tmp_path):
    (tmp_path / "blobs").mkdir()
    (tmp_path / "snapshots" / "rev").mkdir(parents=True)
    (tmp_path / "blobs" / "0f3a").write_text("text\nx\n")
    link = tmp_path / "snapshots" / "rev" / "c.csv"
    link.symlink_to(tmp_path / "blobs" / "0f3a")
    (source,) = sources_of([f"{tmp_path}/**"], KNOWN, place_of(str(tmp_path / "out")))
    assert source.place.path == str(link)


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_the_output_is_not_read_whatever_links_lead_to_it(tmp_path, scheme):
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.jsonl").write_text('{"text": "x"}\n')
    (inside / "latest").symlink_to(outside)
    (tmp_path / "again").symlink_to(tmp_path)
    for written in (outside, tmp_path / "again" / "out"):
        found = sources_of([f"{scheme}{inside}", f"{scheme}{inside}/**"], KNOWN, place_of(f"{scheme}{written}"))
        assert [source.place.path for source in found] == [f"{inside}/a.jsonl"]


def test_several_columns_of_ids_are_none(planned, tmp_path):
    pq.write_table(pa.table([["a"], ["one"], ["b"]], names=["id", "text", "id"]), tmp_path / "a.parquet")
    (source,), (piece,), _ = planned(tmp_path / "a.parquet")
    assert [(row.id, row.text) for row in rows_of(source, piece, Columns("text"))] == [("1", "one")]
    (tmp_path / "a.csv").write_text("id,text,id\na,one,b\n")
    (source,), (piece,), _ = planned(tmp_path / "a.csv")
    assert [(row.id, row.text) for row in rows_of(source, piece, Columns("text"))] == [("2", "one")]


@pytest.mark.parametrize("user", ["KEY:SECRET@", "KEY:12/SEC/RET@", ":SEC@RET@", "SECRET@"])
def test_messages_show_a_uri_without_its_secrets(user):
    with pytest.raises(CommandError, match=r"^nowhere://x/y: not a URI") as raised:
        place_of(f"nowhere://{user}x/y?secret=SECRET")
    assert "SEC" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.parquet", b"PAR1", "it is no Parquet file"),
        ("a.csv", b"id,content\n1,x\n", "no column 'text'; its first line has 2 names, and a CSV file needs a header$"),
        ("a.csv", b"text,text\n1,x\n", "several columns 'text'"),
        ("a.csv", b"sep=;\r\nid;text\r\n", "no column 'text'; its first line is Excel's"),
        ("a.csv", b'id,"text\n1,x\n', "a.csv, line 1: not CSV: a quotation mark is never closed"),
        ("a.jsonl.gz", b"not packed", "cannot read .*a.jsonl.gz"),
        ("a.jsonl.gz", gzip.compress(b'{"text": "x"}\n' * 99, mtime=0)[:30], "damaged or cut off"),
    ],
)
def test_files_that_cannot_be_read_are_refused_before_the_work(name, content, message, tmp_path):
    (tmp_path / name).write_bytes(content)
    (source,) = sources_of([str(tmp_path / name)], KNOWN, place_of(str(tmp_path / "out")))
    with pytest.raises(PostError, match=message):
        cut(source, Columns("text"), 10)


def test_a_kept_column_has_one_type_in_all_files(planned, tmp_path):
    pq.write_table(pa.table({"text": ["x"], "n": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"text": ["x"], "n": ["1"]}), tmp_path / "b.parquet")
    with pytest.raises(PostError, match="b.parquet: the column 'n' holds string, in files before int64"):
        planned(tmp_path, columns=Columns("text", ("n",)))


def test_a_column_without_any_value_goes_with_all_others_and_texts_go_with_texts(planned, tmp_path):
    texts = pa.array(["x", "y"])
    tables = [
        {"text": pa.nulls(2), "n": pa.nulls(2), "user": pa.nulls(2), "none": pa.nulls(2)},
        {"text": texts, "n": pa.array([1, 2]), "user": texts.cast(pa.large_string()), "none": pa.nulls(2)},
        {"text": texts.dictionary_encode(), "n": pa.nulls(2), "user": texts, "none": pa.nulls(2)},
    ]
    for number, table in enumerate(tables):
        pq.write_table(pa.table(table), tmp_path / f"{number}.parquet")
    columns = Columns("text", ("n", "user", "none"))
    sources, pieces, kinds = planned(tmp_path, columns=columns)
    assert kinds.types == [pa.int64(), pa.string(), pa.null()]
    rows = [row for piece in pieces for row in rows_of(sources[piece.source], piece, columns)]
    assert [row.text for row in rows] == [None, None, "x", "y", "x", "y"]
    assert [row.kept for row in rows[1:5]] == [(None,) * 3, (1, "x", None), (2, "y", None), (None, "x", None)]


def test_batches_end_with_rows_or_characters(planned, tmp_path):
    write(tmp_path / "a.jsonl", ["短"] * 7 + ["长" * 300_000, "短"])
    (source,), (piece,), _ = planned(tmp_path / "a.jsonl")
    assert [len(batch) for batch in batches(rows_of(source, piece, Columns("text")), 5)] == [5, 3, 1]
