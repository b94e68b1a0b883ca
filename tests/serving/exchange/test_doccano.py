import json

import pytest
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.exchange import FORMATS, Source, Target
from gaihe.serving.exchange.offsets import OffsetUnit

DOCCANO = FORMATS["doccano"]


def read(path, *records, **options):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return list(DOCCANO.read(path, Source(**options)))


def test_an_export_counts_in_utf_16_and_has_numbers_for_ids(tmp_path):
    record = {"id": 12, "text": "😀张丽 12345", "label": [[2, 4, "NAME"], [5, 10, "QQ"]], "Comments": [], "meta": None}
    (post,) = read(tmp_path / "f", record)
    assert post.id == "12"
    assert [(e.start, e.end, e.text) for e in post.entities] == [(1, 3, "张丽"), (4, 9, "12345")]
    shifted = {**record, "label": [[1, 3, "NAME"]]}
    (post,) = read(tmp_path / "f", shifted, offsets=OffsetUnit.CODE_POINT)
    assert post.entities[0].text == "张丽"


def test_an_export_of_a_project_with_relations(tmp_path):
    entities = [{"id": 7, "label": "NAME", "start_offset": 0, "end_offset": 2}]
    (post,) = read(tmp_path / "f", {"text": "张丽", "entities": entities, "relations": []})
    assert (post.id, post.entities) == ("1", (Entity(0, 2, EntityType.NAME, "张丽"),))


def test_a_line_to_import(tmp_path):
    DOCCANO.write([Post("p", "😀张丽", (Entity(1, 3, EntityType.NAME, "张丽", "张丽"),))], tmp_path / "f", Target())
    assert json.loads((tmp_path / "f").read_text(encoding="utf-8")) == {
        "id": "p",
        "text": "😀张丽",
        "label": [[2, 4, "NAME"]],
        "meta": {"values": [[1, 3, "张丽"]]},
    }


def test_a_value_whose_span_was_moved_is_left_out(tmp_path):
    (post,) = read(tmp_path / "f", {"text": "张丽丽", "label": [[0, 3, "NAME"]], "meta": {"values": [[0, 2, "张丽"]]}})
    assert post.entities == (Entity(0, 3, EntityType.NAME, "张丽丽"),)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([], "expected an object with a 'text'"),
        ({"data": "张丽", "label": []}, "expected an object with a 'text'"),
        ({"text": "张丽"}, "expected the spans as a list under 'label'"),
        ({"text": "张丽", "label": [[0, 2]]}, r"expected a span as \[start, end, label\]"),
        ({"text": "张丽", "label": [[0, 9, "NAME"]]}, r"offsets \[0, 9\) do not fit"),
        ({"text": "😀张丽", "label": [[1, 4, "NAME"]]}, "offset 1 lies inside a character"),
        ({"text": "张丽", "label": [[0, 2, "PER"]]}, "unknown label 'PER'"),
        ({"text": "张丽", "label": [[0, 2, "NAME"], [1, 2, "QQ"]]}, "entities overlap"),
        ({"text": "张丽", "label": [], "meta": 3}, "the meta of a post must be an object, not int"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(tmp_path, record, reason):
    with pytest.raises(PostError, match=f"f, line 2: {reason}"):
        read(tmp_path / "f", {"text": "好", "label": []}, record)
