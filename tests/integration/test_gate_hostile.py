"""Images and files that hang, flood or deceive: the gate ends, decides nothing for them, and leaves nothing."""

import io
import json
import os
import resource
import signal
import subprocess
import sys
import tarfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.errors import ParityError
from shared.names import LABEL
from shared.parity import sources
from shared.parity.sources import boot, docker
from shared.parity.sources.environment import Environment
from shared.parity.sources.sealed import MAX_PROCESSES
from tests.integration.support.gate import Images, parity, refused
from tests.lab.sandbox import ROOT

FLOOD = "#!/bin/sh\nexec head -c 1000000000 /dev/zero"
PRINTS = {
    "a gigabyte": f"{FLOOD}\n",
    "a gigabyte of errors": f"{FLOOD} >&2\n",
    "nothing": "#!/bin/sh\n",
    "garbage": "#!/bin/sh\necho '{\"format\": 1'\n",
    "a snapshot without facts": '#!/bin/sh\necho \'{"format": 1, "facts": {}}\'\n',
    "no end": "#!/bin/sh\nexec sleep 3600\n",
}
"""Programs in the place of Python."""


@pytest.fixture
def image(made: Images, bare: str, tmp_path: Path) -> Callable[..., str]:
    """Makes an image of a script and some lines."""

    def make(script: str, *lines: str) -> str:
        copy = ("COPY script /script", "RUN chmod 755 /script", "LABEL unique=" + uuid.uuid4().hex)
        return made.layer(*copy, *lines, base=bare, files={"script": script}, folder=tmp_path)

    return make


def containers(image: str) -> list[str]:
    """That the engine has of an image."""
    command = ["docker", "ps", "--all", "--quiet", "--filter", f"ancestor={image.partition(':')[2]}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.split()


@pytest.mark.parametrize("what", PRINTS)
def test_a_program_in_pythons_place_decides_nothing(
    image: Callable[..., str], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is ended, is not believed, and costs no memory."""
    monkeypatch.setattr(docker, "TIMEOUT_SECONDS", 20 if what != "no end" else 2)
    name = image(PRINTS[what], "RUN rm -f /usr/bin/python3 && ln -s /script /usr/bin/python3")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ParityError) as refusal:
        sources.take(name)
    assert refusal.value.remedy
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # KiB
    assert containers(name) == []


def test_an_entrypoint_that_hangs_is_not_waited_for(image: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What it would have set was not seen, so that it cannot be parity with another image."""
    monkeypatch.setattr(boot, "ENTRYPOINT_SECONDS", 1)
    script = '#!/bin/sh\nuntil [ -e /never ]; do sleep 1; done\nexec "$@"\n'
    name = image(script, 'ENTRYPOINT ["/script"]', 'CMD ["python3", "/serve.py"]')
    serving = sources.take(name).value("serving")
    assert serving["hidden"] == ["what /script sets, and what it starts"]


def test_a_snapshot_that_was_made_up_is_not_decided(tmp_path: Path, taken: Path) -> None:
    """A file without the facts that are compared is no snapshot."""
    (tmp_path / "empty.json").write_text('{"format": 1, "facts": {}}')
    assert "it has no facts of" in refused("gate", f"file:{tmp_path / 'empty.json'}", f"file:{tmp_path / 'empty.json'}")
    assert parity("gate", f"file:{taken}", f"file:{taken}").returncode == 0


def test_files_that_are_none_end_at_once(tmp_path: Path) -> None:
    """A pipe would be waited for; a device has no end; nobody needs gigabytes of facts."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "huge").touch()
    os.truncate(tmp_path / "huge", 1 << 40)
    for path in (tmp_path / "pipe", "/dev/zero", tmp_path / "huge"):
        for kind in ("file", "archive"):
            assert "holds no" in refused("snapshot", f"{kind}:{path}")


def test_what_an_image_runs_is_sealed(bare: str) -> None:
    """No network, no privileges, nothing to write but a bounded folder, limits of memory and processes."""
    program = """
import json, os, socket
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
def read(*paths):
    return next((open(path).read().strip() for path in paths if os.path.exists(path)), None)
def writes(path):
    try:
        open(path, "w").close()
    except OSError:
        return False
    return True
size = os.statvfs("/.parity")
print(json.dumps({
    "capabilities": int(status["CapEff"], 16), "no_new": status["NoNewPrivs"], "net": os.listdir("/sys/class/net"),
    "pids": read("/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"),
    "memory": read("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
    "root": writes("/x"), "room": size.f_blocks * size.f_frsize,
}))
"""
    done = json.loads(Environment("image", bare).python(["-c", program]))
    assert done["capabilities"] == 1 << 1  # CAP_DAC_OVERRIDE: root reads what it could read where it serves
    assert (done["no_new"], done["net"], done["root"]) == ("1", ["lo"], False)
    assert (done["pids"], done["memory"]) == (str(MAX_PROCESSES), str(4 << 30))
    assert done["room"] <= 2 << 30


def test_programs_can_write_their_caches(bare: str) -> None:
    """What a program keeps for itself does not make it fail; the image stays as it is."""
    names = ("HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "MPLCONFIGDIR")
    program = f"""
import os, pathlib, tempfile
for name in {names!r}:
    folder = pathlib.Path(os.environ[name]); folder.mkdir(parents=True, exist_ok=True); (folder / "x").write_text("x")
tempfile.mkstemp()
print("written")
"""
    assert Environment("image", bare).python(["-c", program]) == "written\n"


@pytest.mark.parametrize("kind", ["image", "container"])
def test_a_service_is_asked_beside_it(image: Callable[..., str], bare: str, kind: str) -> None:
    """From within its own network, which is no other's; it is gone afterwards, if it was started for that."""
    serve = "from http.server import *; HTTPServer(('127.0.0.1', 8000), SimpleHTTPRequestHandler).serve_forever()"
    name = image(serve, 'CMD ["python3", "/script"]', "WORKDIR /etc")
    ask = """
import time, urllib.request
for attempt in range(100):
    try:
        print(urllib.request.urlopen("http://127.0.0.1:8000/hostname", timeout=5).status)
        break
    except OSError:
        time.sleep(0.1)
"""
    reference = name.partition(":")[2]
    if kind == "container":
        start = ["docker", "run", "--detach", "--network=none", f"--label={LABEL}", reference]
        reference = subprocess.run(start, check=True, capture_output=True, text=True, timeout=60).stdout.strip()
    try:
        with Environment(kind, reference).serving() as beside:
            assert beside.python(["-c", ask]) == "200\n"
            assert beside.ended() is None
            assert len(containers(name)) == 1
        assert len(containers(name)) == (kind == "container")
    finally:
        if kind == "container":
            subprocess.run(["docker", "rm", "--force", reference], capture_output=True, timeout=60)


def test_a_killed_gate_leaves_nothing(image: Callable[..., str]) -> None:
    """No container goes on, though nobody was there to remove it."""
    name = image(PRINTS["no end"], "RUN rm -f /usr/bin/python3 && ln -s /script /usr/bin/python3")
    command = [sys.executable, "-m", "shared.parity", "snapshot", name]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as gate:
        assert _until(lambda: bool(containers(name)))
        gate.send_signal(signal.SIGKILL)
    assert _until(lambda: not containers(name))


def _until(true: Callable[[], bool]) -> bool:
    for _ in range(120):
        if true():
            return True
        time.sleep(0.5)
    return False


def test_a_program_in_a_container_does_not_go_on(started: Callable[..., str]) -> None:
    """Ending the command line ends nothing there."""
    container = started()
    with pytest.raises(ParityError, match=r"gave no answer|failed in"):
        Environment("container", container).run(["sleep", "1234"], seconds=1)
    listed = ["docker", "top", container, "-eo", "args"]
    assert _until(lambda: "sleep 1234" not in subprocess.run(listed, capture_output=True, text=True, timeout=60).stdout)


@pytest.fixture
def started(bare: str) -> Iterator[Callable[..., str]]:
    """Starts containers of the base."""
    made: list[str] = []

    def start(*options: str, program: str = "import time; time.sleep(3600)", entry: str = "") -> str:
        command = ["docker", "run", "--detach", "--network=none", f"--label={LABEL}", *options, bare]
        words = ["sh", "-c", entry, "sh"] if entry else []
        done = subprocess.run(
            [*command, *words, "python3", "-c", program], check=True, capture_output=True, text=True, timeout=60
        )
        made.append(done.stdout.strip())
        return made[-1]

    yield start
    subprocess.run(["docker", "rm", "--force", "--volumes", *made], capture_output=True, timeout=120)


def test_a_container_has_the_variables_of_its_service(started: Callable[..., str]) -> None:
    """Those that its entrypoint exported, which `docker exec` does not get."""
    one, other = (started(entry=f'export DECISION_THRESHOLD=0.{value}; exec "$@"') for value in (21, 99))
    taken = [sources.take(f"container:{name}").value("variables")["DECISION_THRESHOLD"] for name in (one, other)]
    assert taken == ["0.21", "0.99"]
    done = parity("gate", f"container:{one}", f"container:{other}")
    assert done.returncode == 1, done.stderr
    assert "DECISION_THRESHOLD" in done.stdout


def test_a_working_folder_that_is_gone_is_reported(started: Callable[..., str]) -> None:
    """And not that there is no Python."""
    container = started("--workdir=/gone", program="import os, time; os.rmdir('/gone'); time.sleep(3600)")
    done = parity("snapshot", f"container:{container}")
    assert done.returncode == 0, done.stderr
    hidden = json.loads(done.stdout)["facts"]["serving"]["value"]["hidden"]
    assert hidden == ["its working folder, which is gone or may not be looked at"]


def test_a_python_is_named_by_hand(started: Callable[..., str]) -> None:
    """Where it cannot be found, and where it is another one."""
    container = started(entry="exec sleep 3600")
    assert sources.take(f"container:{container}").value("serving")["unseen"]
    chosen = sources.take(f"container:{container}", python=("/usr/bin/python3",)).value("serving")
    assert (chosen["python"], chosen["unseen"], chosen["found"]) == ("/usr/bin/python3", [], ["named by --python"])
    with pytest.raises(ParityError, match="has no /no/such/python"):
        sources.take(f"container:{container}", python=("/no/such/python",))


Archived = Callable[[Callable[[str, bytes], list[tuple[str, bytes]]]], Path]


@pytest.fixture(scope="module")
def saved(made: Images, bare: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of an image that the engine no longer has."""
    path = tmp_path_factory.mktemp("saved") / "saved.tar"
    name = made.layer(f"LABEL unique={uuid.uuid4()}", base=bare).partition(":")[2]
    subprocess.run(["docker", "save", "--output", path, name], check=True, timeout=120)
    subprocess.run(["docker", "image", "rm", name], check=True, capture_output=True, timeout=60)
    return path


def altered(saved: Path, target: Path, change: Callable[[tarfile.TarInfo, bytes | None], Any]) -> Path:
    """A copy in which each member is what `change` makes of it."""
    with tarfile.open(saved) as source, tarfile.open(target, "w") as copy:
        for member in source:
            content = source.extractfile(member) if member.isfile() else None
            for entry, data in change(member, content.read() if content else None):
                if data is not None:
                    entry.size = len(data)
                copy.addfile(entry, io.BytesIO(data) if data is not None else None)
    return target


def member(name: str, **more: Any) -> tarfile.TarInfo:
    """A member of an archive."""
    entry = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(entry, key, value)
    return entry


def test_an_archive_names_no_image(saved: Path, tmp_path: Path, made: Images) -> None:
    """Whatever its manifest says, in whatever spelling: an engine does not mind the case of keys."""
    victim = f"parity-sandbox-test-{uuid.uuid4().hex[:8]}:victim"
    subprocess.run(["docker", "image", "tag", made.base, victim], check=True, timeout=60)
    identity = ["docker", "image", "inspect", "--format", "{{.Id}}", victim]
    before = subprocess.run(identity, check=True, capture_output=True, text=True, timeout=60).stdout
    try:
        for key in ("RepoTags", "repotags", "REPOTAGS"):

            def named(entry: tarfile.TarInfo, data: bytes | None, key: str = key) -> Any:
                if entry.name == "manifest.json" and data:
                    return [(entry, json.dumps([{**json.loads(data)[0], "RepoTags": None, key: [victim]}]).encode())]
                return [(entry, data)]

            path = altered(saved, tmp_path / f"{key}.tar", named)
            assert parity("snapshot", f"archive:{path}").returncode == 0
            assert subprocess.run(identity, capture_output=True, text=True, timeout=60).stdout == before
    finally:
        subprocess.run(["docker", "image", "rm", victim], capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (lambda data: [(member("./manifest.json"), data)], "manifest.json is in it twice"),
        (lambda data: [(member("x/../manifest.json"), data)], "leads out of it"),
        (lambda data: [(member("/manifest.json"), data)], "leads out of it"),
        (lambda data: [(member("../manifest.json"), data)], "leads out of it"),
        (lambda data: [(member("link", type=tarfile.SYMTYPE, linkname="manifest.json"), None)], "link is no file"),
        (lambda data: [(member("hard", type=tarfile.LNKTYPE, linkname="manifest.json"), None)], "hard is no file"),
        (lambda data: [(member("pipe", type=tarfile.FIFOTYPE), None)], "pipe is no file"),
        (
            lambda data: [(member("x/layer.tar", type=tarfile.SYMTYPE, linkname="../../../etc/passwd"), None)],
            "a link leads out of it",
        ),
    ],
)
def test_an_archive_that_can_be_read_in_two_ways_is_refused(
    saved: Path, tmp_path: Path, extra: Callable[[bytes], Any], reason: str
) -> None:
    """Before the engine sees it."""

    def changed(entry: tarfile.TarInfo, data: bytes | None) -> Any:
        return [(entry, data), *(extra(data) if entry.name == "manifest.json" and data else ())]

    assert reason in refused("snapshot", f"archive:{altered(saved, tmp_path / 'a.tar', changed)}")


def test_an_archive_that_was_packed_by_tar_is_read(saved: Path, tmp_path: Path) -> None:
    """Which puts ./ before each name."""

    def dotted(entry: tarfile.TarInfo, data: bytes | None) -> Any:
        return [(member(f"./{entry.name}", type=entry.type, mode=entry.mode, linkname=entry.linkname), data)]

    path = altered(saved, tmp_path / "a.tar", dotted)
    assert parity("snapshot", f"archive:{path}").returncode == 0
