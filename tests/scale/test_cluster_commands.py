"""The commands of docs/SCALE.md, as they stand there, on machines of namespaces and a store that speaks S3.

Needs Linux, root, ``ip``, ``rsync``, ``sshd``, ``pip install '.[dev,scale]' 'moto[server]'``, and wheels of what Ray needs
for this Python, which pip downloads (``PIP_FIND_LINKS`` and ``PIP_NO_INDEX`` name a folder in place of the index).
Nothing is changed outside the test's folder: networks, mounts and processes are in namespaces that end with it.
"""

import json
import re
import shutil
import subprocess
import sys
import time
import tomllib

import pytest
from gaihe.data.generator.corpus import CorpusSettings, posts
from gaihe.data.lexicon.tables import Split
from gaihe.serving.recognition.detection import detection_record
from gaihe.serving.recognition.recognizer import Recognizer

from tests.docs.guides import ROOT, blocks, prose
from tests.scale.cluster.machines import HOST, lacking, network

pq = pytest.importorskip("pyarrow.parquet")
pytestmark = pytest.mark.slow
POSTS, FILES = 400, 8
START = "set -e\n. ~/own/bin/activate\ncd ~/clone\n"
STORE = f"endpoint_override={HOST}:9000&scheme=http"
CREDENTIALS = "[default]\naws_access_key_id = AKIATEST\naws_secret_access_key = secret\n"
CHANGES = {
    "worker_ips: [10.0.0.2, 10.0.0.3]": "worker_ips: [10.0.0.2]",
    "  # ~/.aws/credentials: ~/.aws/credentials": "  ~/.aws/credentials: ~/.aws/credentials",
}
"""In cluster.yaml: a machine less, and the line for a store that needs credentials."""


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """The files of the repository, with the addresses of the machines."""
    folder = tmp_path_factory.mktemp("clone")
    named = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(named, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(lambda name: name and (ROOT / name).is_file(), files):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    configuration = folder / "examples" / "cluster" / "cluster.yaml"
    text = configuration.read_text(encoding="utf-8")
    for old, new in CHANGES.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    configuration.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """What ``pip install '.[scale]'`` takes from an index, but for the package itself."""
    folder = tmp_path_factory.mktemp("wheels")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    needed = [
        *project["project"]["dependencies"],
        *extras["scale"],
        *extras["serve"],
        *extras["seal"],
        *project["build-system"]["requires"],
    ]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-cache-dir", "--dest", str(folder)]
    command += [line for line in needed if not line.startswith("gaihe")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"pip cannot download what Ray needs: {done.stderr[-300:]}")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def machines(tmp_path_factory, request):
    if reason := lacking():
        pytest.skip(reason)
    clone, wheels = (request.getfixturevalue(name) for name in ("clone", "wheels"))
    folder = tmp_path_factory.mktemp("machines")
    credentials = folder / "credentials"
    credentials.write_text(CREDENTIALS, encoding="utf-8")
    with network(folder, wheels, {"clone": clone, ".aws/credentials": credentials}) as made:
        made.on("own", "python3 -m venv ~/own")
        yield made


def copied(machines, source, target):
    """Files, between folders of this machine and the store of the network."""
    code = "import sys; from pyarrow.fs import copy_files; copy_files(*sys.argv[1:])"
    subprocess.run(machines.beside(sys.executable, "-c", code, source, target), check=True)


@pytest.fixture(scope="module")
def bucket(machines, tmp_path_factory):
    """Posts in a bucket, and what names the store and its key in a URI."""
    made = list(posts(CorpusSettings(Split.TEST, seed=78), 0, POSTS))
    folder = tmp_path_factory.mktemp("posts")
    for number in range(FILES):
        lines = [json.dumps({"id": post.id, "text": post.text}) for post in made[number::FILES]]
        (folder / f"posts-{number}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    server = machines.beside(sys.executable, "-m", "moto.server", "-H", HOST, "-p", "9000")
    with subprocess.Popen(server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            make_bucket(machines)
            copied(machines, str(folder), f"s3://AKIATEST:secret@bucket/posts?{STORE}")
            yield made
        finally:
            process.kill()


def make_bucket(machines):
    """As soon as the store listens."""
    code = f"from urllib.request import *; urlopen(Request('http://{HOST}:9000/bucket', method='PUT'), timeout=5)"
    for _ in range(60):
        if subprocess.run(machines.beside(sys.executable, "-c", code), capture_output=True).returncode == 0:
            return
        time.sleep(1)
    pytest.fail("the store does not listen")


def of_the_guide():
    """The lines of the guide, the scan with the store that is named for it as the guide says."""
    (block,) = [block for block in blocks("sh") if block.page == "docs/SCALE.md" and "ray up" in block.text]
    (store,) = set(re.findall(r"`(AWS_ENDPOINT_URL=\S+) ", prose(ROOT / "docs" / "SCALE.md")))
    scan = "'RAY_AUTH_MODE=token ~/gaihe/bin/gaihe scan"
    assert block.text.count(scan) == 1
    return block.text.replace(scan, f"'{store.replace('HOST', HOST)} {scan[1:]}").splitlines()


def is_of_ray(machines, machine):
    return "raylet" in machines.on(machine, "cat /proc/[0-9]*/comm").split()


def test_the_commands_of_the_guide_scan_a_bucket(machines, bucket, tmp_path):
    before = START
    for line in of_the_guide():
        if line.startswith("cd "):
            before += f"{line}\n"
        elif "ray status" in line:
            for _ in range(120):
                told = machines.on("own", before + line)
                if re.search(r"Active:\s+2 ", told):
                    break
                time.sleep(2)
            else:
                pytest.fail(f"the machines are not there: {told}")
            assert all(is_of_ray(machines, machine) for machine in ("head", "worker"))
        else:
            machines.on("own", before + line)
    assert not any(is_of_ray(machines, machine) for machine in ("head", "worker"))

    copied(machines, f"s3://AKIATEST:secret@bucket/found?{STORE}", str(tmp_path))
    rows = {row["id"]: row for row in pq.read_table(tmp_path / "parts").to_pylist()}
    assert len(rows) == pq.read_table(tmp_path / "parts").num_rows == POSTS
    found = Recognizer.load().detect_batch([post.text for post in bucket])
    for post, entities in zip(bucket, found, strict=True):
        assert rows[post.id]["error"] is None
        assert rows[post.id]["entities"] == [detection_record(entity) for entity in entities]
