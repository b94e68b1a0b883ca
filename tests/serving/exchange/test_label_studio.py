import json

import pytest
from gaihe.serving.core.errors import PostError
from gaihe.serving.core.schema import Entity, EntityType, Post
from gaihe.serving.exchange import FORMATS, Source, Target
from gaihe.serving.exchange.offsets import OffsetUnit

STUDIO = FORMATS["label-studio"]


def region(start, end, *labels, **value):
    names = {"id": "Dx_aB91ISN", "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"}
    return {**names, "value": {"start": start, "end": end, "labels": list(labels), **value}}


def task(text, *regions, **annotation):
    """A task as Label Studio exports it."""
    done = {"id": 1001, "completed_by": 1, "result": list(regions), "was_cancelled": False, "ground_truth": False}
    return {
        "id": 5,
        "data": {"text": text},
        "annotations": [{**done, "lead_time": 4.288, **annotation}],
        "predictions": [],
        "meta": {},
        "project": 83,
    }


def read(path, tasks, **options):
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=2), encoding="utf-8")
    return list(STUDIO.read(path, Source(**options)))


def test_an_export_of_annotations(tmp_path):
    choice = {"type": "choices", "value": {"choices": ["bad"]}, "from_name": "c", "to_name": "text"}
    exported = task("😀张丽\n来 了", region(1, 3, "NAME", text="张丽"), region(3, 7, "QQ", text="\\n来了"), choice)
    (post,) = read(tmp_path / "f", [exported])
    assert post.id == "5"
    assert [(e.start, e.end, e.type) for e in post.entities] == [(1, 3, EntityType.NAME), (3, 7, EntityType.QQ)]


def hypertext_region(start, end, label, **value):
    node = "/text()[1]"
    places = {"start": node, "end": node, "startOffset": start, "endOffset": end}
    whole = {**places, "globalOffsets": {"start": start, "end": end}, "hypertextlabels": [label], **value}
    return {"id": None, "from_name": "label", "to_name": "text", "type": "hypertextlabels", "value": whole}


def test_regions_of_a_hypertext_without_markup(tmp_path):
    exported = task("😀张丽 & 李雷", hypertext_region(1, 3, "NAME", text="张丽"), hypertext_region(6, 8, "NAME"))
    (post,) = read(tmp_path / "f", [exported])
    assert [(e.start, e.end, e.text) for e in post.entities] == [(1, 3, "张丽"), (6, 8, "李雷")]
    with pytest.raises(PostError, match="f, task 1: the text of a HyperText has markup"):
        read(tmp_path / "f", [task("<b>张丽</b>", hypertext_region(0, 2, "NAME"))])


def test_an_id_that_is_null_is_none(tmp_path):
    tasks = [task("甲"), task("乙"), task("丙")]
    tasks[0]["data"]["id"] = tasks[1]["id"] = tasks[1]["data"]["id"] = None
    tasks[2]["data"]["id"] = "mine"
    assert [post.id for post in read(tmp_path / "f", tasks)] == ["5", "2", "mine"]


def test_offsets_of_an_early_release(tmp_path):
    exported = task("😀张丽", region(2, 4, "NAME", text="张丽"))
    with pytest.raises(PostError, match=r"f, task 1: the region's text is not what \[2, 4\) holds; .*--input-offsets"):
        read(tmp_path / "f", [exported])
    (post,) = read(tmp_path / "f", [exported], offsets=OffsetUnit.UTF_16)
    assert post.entities[0].text == "张丽"


def test_skipped_and_unannotated_tasks_are_left_out(tmp_path):
    path = tmp_path / "f"
    path.write_text(json.dumps([task("a", was_cancelled=True), {**task("b"), "annotations": []}, task("c")]))
    source = Source()
    assert [post.text for post in STUDIO.read(path, source)] == ["c"]
    assert source.left_out == {"tasks without annotations": 2}


def test_of_several_annotations_the_ground_truth_is_read(tmp_path):
    two = task("张丽", region(0, 2, "NAME"))
    two["annotations"].append({"id": 1002, "completed_by": 2, "result": [], "ground_truth": False})
    with pytest.raises(PostError, match=r"task 1: 2 annotations \(1001, 1002\): keep one, or mark one"):
        read(tmp_path / "f", [two])
    two["annotations"][1]["ground_truth"] = True
    assert read(tmp_path / "f", [two])[0].entities == ()


def test_predictions_to_correct(tmp_path):
    post = Post("p", "张丽", (Entity(0, 2, EntityType.NAME, "张丽"),))
    FORMATS["label-studio-predictions"].write([post, Post("q", "")], tmp_path / "f", Target())
    first, second = json.loads((tmp_path / "f").read_text(encoding="utf-8"))
    assert first["data"] == {"id": "p", "text": "张丽"}
    (prediction,) = first["predictions"]
    assert prediction["model_version"] == "gaihe"
    (result,) = prediction["result"]
    assert (result["from_name"], result["to_name"], result["type"]) == ("label", "text", "labels")
    assert result["value"] == {"start": 0, "end": 2, "text": "张丽", "labels": ["NAME"]}
    assert second["predictions"][0]["result"] == []
    with pytest.raises(PostError, match="task 1: expected a list of annotations"):
        list(STUDIO.read(tmp_path / "f", Source()))


def test_a_label_beside_a_dropped_one_is_read(tmp_path):
    exported = task("张丽", region(0, 2, "NAME", "Sure"))
    assert read(tmp_path / "f", [exported], types={"Sure": None})[0].entities[0].type is EntityType.NAME


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            {"data": {"content": "张丽"}, "annotations": [{"result": []}]},
            "the task's data have no 'text', only content",
        ),
        ({"id": 1, "text": "张丽", "label": []}, "expected a list of annotations; export as JSON, not JSON-MIN"),
        ({"data": {"text": ""}, "annotations": [{}]}, "expected the 'result' of annotations as a list"),
        (task("张丽", region("0", 2, "NAME")), "expected a region with start, end and labels"),
        (task("张丽", region(0, 2, "NAME", "QQ")), r"the region \[0, 2\) has 2 labels: NAME, QQ"),
        (task("张丽", region(0, 2, "PER")), "unknown label 'PER'"),
        (task("张丽", region(0, 5, "NAME")), r"offsets \[0, 5\) do not fit"),
        ("张丽", "expected an object"),
    ],
)
def test_a_bad_task_is_named_with_its_reason(tmp_path, bad, reason):
    with pytest.raises(PostError, match=f"f, task 2: {reason}"):
        read(tmp_path / "f", [task("好"), bad])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "f: expected a JSON array of tasks"),
        ('{"id": 1}', "f: expected a JSON array of tasks"),
        ('[{"id": ', "f, task 1: not JSON"),
        ('[{"data": {"text": ""}, "annotations": [{"result": []}]} {', "f, task 1: expected ',' or ']' after it"),
        ('[{"data": {"text": ""}, "annotations": [{"result": []}]}', "f, task 1: expected ',' or ']' after it"),
        ('[{"data": {"text": ""}, "annotations": [{"result": []}]}, ', "f, task 2: expected an object"),
    ],
)
def test_a_file_that_is_no_array_is_refused(tmp_path, content, reason):
    (tmp_path / "f").write_text(content)
    with pytest.raises(PostError, match=reason):
        list(STUDIO.read(tmp_path / "f", Source()))


def test_a_long_array_is_read_piece_by_piece(tmp_path):
    many = [Post(str(number), "住在麓山南路932号，" * 40 * (number % 7)) for number in range(500)]
    STUDIO.write(many, tmp_path / "f", Target())
    assert (tmp_path / "f").stat().st_size > 1_000_000
    assert list(STUDIO.read(tmp_path / "f", Source())) == many


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (
            {"annotations": [{"id": 7, "completed_by": {"email": "z@x.cn"}, "result": []}] * 2},
            r"2 annotations \(7, 7\): ",
        ),
        ({"annotations": [{"result": []}], "data": {"张丽13800138000": "x", "body": "y"}}, "no 'text', only body$"),
        ({"annotations": [{"result": []}], "data": {"张丽13800138000": "x"}}, "no 'text'$"),
    ],
)
def test_a_message_quotes_neither_annotators_nor_texts(tmp_path, task, reason):
    (tmp_path / "f").write_text(json.dumps([{"data": {"text": "x"}, **task}]), encoding="utf-8")
    with pytest.raises(PostError, match=reason):
        list(FORMATS["label-studio"].read(str(tmp_path / "f"), Source()))


def test_two_arrays_in_one_file_are_refused(tmp_path):
    array = json.dumps([{"data": {"text": ""}, "annotations": [{"result": []}]}])
    for content in (array + array, f"{array}\n[]", "[][]"):
        (tmp_path / "f").write_text(content, encoding="utf-8")
        with pytest.raises(PostError, match="something follows the array's end"):
            list(FORMATS["label-studio"].read(str(tmp_path / "f"), Source()))
