import json
import shlex
import sys

import pytest
from gaihe.serving.core.errors import CommandError, PostError
from gaihe.serving.core.schema import EntityType, Post
from gaihe.training.evaluate.systems import detect_posts, open_system

PHONES = """
import json, re, sys
for line in sys.stdin:
    post = json.loads(line)
    spans = [{"start": m.start(), "end": m.end(), "type": "PHONE"} for m in re.finditer("1[0-9]{10}", post["text"])]
    print(json.dumps({"id": post["id"], "entities": spans}), flush=True)
"""


@pytest.fixture
def program(tmp_path):
    def make(source):
        path = tmp_path / "program.py"
        path.write_text(source, encoding="utf-8")
        return open_system(f"command:{shlex.join([sys.executable, str(path)])}")

    return make


def answering(expression):
    """A program that answers each post with a Python expression over the post and its number."""
    return f"""
import json, sys
for number, line in enumerate(sys.stdin):
    post = json.loads(line)
    print({expression})
"""


def test_a_program_that_answers_line_by_line(program):
    system = program(PHONES)
    assert (system.version, system.types) == ("unknown", frozenset(EntityType))
    entities, none = system.detect(["😀\u200b\ud800手机13800138000", ""])
    assert [(e.start, e.end, e.type, e.text) for e in entities] == [(5, 16, EntityType.PHONE, "13800138000")]
    assert none == []


def test_a_long_run_goes_through_one_process_without_a_deadlock(program):
    read_ahead = PHONES.replace("for line in sys.stdin", "for line in sys.stdin.readlines()")
    posts = [Post(str(number), f"{'长' * 500}13800138000 {number}") for number in range(2000)]
    for source in (PHONES, read_ahead):
        pairs = list(detect_posts(program(source), iter(posts)))
        assert [post for post, _ in pairs] == posts
        assert all(entities[0].start == 500 for _, entities in pairs)


def test_answers_may_come_in_any_order(program):
    source = "import sys\nlines = []\n" + PHONES.replace("print(json.dumps(", "lines.append(json.dumps(").replace(
        "), flush=True)", "))"
    )
    system = program(source + "for line in reversed(lines):\n    print(line)\n")
    texts = [f"{'零' * number}13800138000" for number in range(50)]
    assert [entities[0].start for entities in system.detect(texts)] == list(range(50))


def test_gaihe_itself_is_such_a_program():
    system = open_system(f"command:{sys.executable} -m gaihe.serving detect --input - --output -")
    posts = [Post(str(number), "手机号13800138000" if number % 500 == 0 else "好") for number in range(1100)]
    found = [entities[0].text for _, entities in detect_posts(system, iter(posts)) if entities]
    assert found == ["13800138000"] * 3


def test_a_program_may_declare_what_it_is(program):
    header = {"name": "mine", "version": "3", "mapping": {"tel": "PHONE", "person": "NAME"}}
    system = program(f"print({json.dumps(header)!r}, flush=True)" + PHONES.replace('"PHONE"', '"tel"'))
    ((entity,),) = system.detect(["13800138000"])
    assert entity.type is EntityType.PHONE
    assert (system.name, system.version, system.types) == ("mine", "3", {EntityType.PHONE, EntityType.NAME})
    assert system.mapping == {"tel": EntityType.PHONE, "person": EntityType.NAME}
    system = program('print(\'{"types": ["QQ"]}\', flush=True)' + PHONES)
    system.detect([])
    assert system.types == {EntityType.QQ}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "import sys\nprint('no model', file=sys.stderr)\nsys.exit(3)",
            "exit code 3, .* of .* posts unanswered.*no model",
        ),
        ("import sys\nsys.stdin.read()", "ended with exit code 0, 2 of 2 posts unanswered"),
        ("import os\nos.kill(os.getpid(), 9)", "was killed by signal 9"),
        ("import sys\nprint(sys.stdin.readline())", "line 1 of its output: expected {'id', 'entities'"),
        (answering("'oops'"), "line 1 of its output: not JSON"),
        (answering("[]"), r"line 1 of its output: expected an object with the 'id' of a post, not list"),
        (
            answering("json.dumps({'id': str(number), 'entities': 3})"),
            "line 1 of its output: expected {'id', 'entities'",
        ),
        (answering("json.dumps({'id': '9' * 5000})"), "line 1 of its output: the id '9+ was not asked for"),
        (answering("json.dumps({'id': '7', 'entities': []})"), "line 1 of its output: the id '7' was not asked for"),
        (
            answering("json.dumps({'id': '0', 'entities': []})"),
            "line 2 of its output: the id '0' was .* answered before",
        ),
        (
            answering("json.dumps({'id': str(number), 'entities': [{'start': 0, 'end': 99, 'type': 'QQ'}]})"),
            r"line 1 of its output: offsets \[0, 99\) do not fit a text of 2 characters",
        ),
        (
            answering("json.dumps({'id': str(number), 'entities': [{'start': 0, 'end': 1, 'type': 'CAT'}]})"),
            "line 1 of its output: unknown entity type 'CAT'; known: NAME",
        ),
        (
            answering("json.dumps({'id': str(number), 'entities': [{'start': 0, 'end': 1, 'type': {}}]})"),
            "line 1 of its output: 'type' must be str, not dict",
        ),
        ('print(\'{"types": ["CAT"]}\')', "line 1 of its output: unknown entity type 'CAT'"),
        ("print('{\"mapping\": []}')", "line 1 of its output: 'mapping' must be an object"),
    ],
)
def test_what_goes_wrong_in_a_program_is_said(program, source, reason):
    with pytest.raises(CommandError, match=f"(?s){reason}"):
        program(source).detect(["张丽", "王伟"])


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("command:", "command: needs a program"),
        ("command:'x", "cannot read the command"),
        ("command:./absent-program --fast", "cannot run './absent-program': No such file"),
    ],
)
def test_a_command_that_cannot_run_is_refused(command, reason):
    with pytest.raises(CommandError, match=reason):
        open_system(command).detect(["x"])


def test_an_error_in_the_posts_comes_through(program):
    def posts():
        yield Post("1", "x")
        raise PostError("posts.jsonl, line 2: not JSON")

    with pytest.raises(PostError, match="line 2"):
        list(detect_posts(program(PHONES), posts()))


def test_a_run_that_is_given_up_ends_its_process(program):
    stream = detect_posts(program(PHONES), (Post(str(number), "x" * 1000) for number in range(100_000)))
    assert next(stream)[0].id == "0"
    stream.close()
