"""Images as other people build them: whatever differs between two sides is seen, wherever it lies.

Each layout is tried with what is special to it; `PARITY_LAYOUTS=all` tries every difference in every layout.
"""

import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.compare import checks
from shared.compare.report import Report, Severity, Snapshot, ranked
from shared.errors import ParityError
from shared.parity import sources
from tests.integration.support import foreign_images
from tests.integration.support.foreign_images import Base, Layout
from tests.integration.support.gate import parity
from tests.integration.support.layouts import LAYOUTS, OTHER, SAME, SLOTS, code

PARITY, BROKEN, UNDECIDED = 0, 1, 2
SPECIAL = {
    "on_path": SLOTS,
    "opt_venv": ("package", "model"),
    "app_venv": ("package", "code"),
    "active_venv": ("package", "data"),
    "conda": ("package", "setting"),
    "nix": ("package", "code"),
    "distroless": ("package", "model"),
    "aws_lambda": ("package", "code"),
    "no_workdir": ("code", "model", "data"),
    "below_tmp": ("code", "model"),
    "console_script": ("code", "data", "package"),
    "shell_form": ("package", "code", "model"),
    "exporting": ("setting",),
    "branching": ("setting", "package"),
    "supervised": ("setting", "code"),
    "path_file": ("package",),
    "linked_release": ("code", "data"),
    "byte_code": ("code",),
    "zipped": ("code", "package"),
    "editable": ("package",),
    "model_elsewhere": ("model",),
    "model_on_volume": ("model",),
    "uv_project": ("package",),
    "no_os_release": ("code",),
    "old_python": ("code",),
}
"""What a layout puts where a gate could overlook it."""
CANNOT_BE_READ = {"old_python"}
"""Layouts of which nothing is known but that: undecided, also against themselves."""

# Inputs of earlier false verdicts: the text of a Dockerfile in which @ differs.
FAULTS = {
    "venv-beside-the-code": (
        "WORKDIR /app\nRUN python3 -m venv --without-pip .venv"
        " && echo R=@ > .venv/lib/python3.13/site-packages/ratelib.py && echo 'import ratelib' > serve.py\n"
        'CMD [".venv/bin/python","serve.py"]'
    ),
    "entrypoint-exports": (
        'RUN printf "#!/bin/sh\\nexport DECISION_THRESHOLD=0.@\\nexec \\"\\$@\\"\\n" > /e && chmod +x /e\n'
        "WORKDIR /app\n"
        'RUN echo "import os; os.environ[\\"DECISION_THRESHOLD\\"]" > serve.py\n'
        'ENTRYPOINT ["/e"]\nCMD ["python3","serve.py"]'
    ),
    "no-workdir": 'RUN echo R=@ > /serve.py\nCMD ["python3","/serve.py"]',
    "below-tmp": "WORKDIR /tmp/app\nRUN echo R=@ > serve.py",
    "path-file": (
        "RUN mkdir -p /opt/lib {packages} && echo R=@ > /opt/lib/ratelib.py && echo /opt/lib > {packages}/conda.pth\n"
        "WORKDIR /app\nRUN echo 'import ratelib' > serve.py"
    ),
    "model-sav": "WORKDIR /app\nRUN echo @ > model.sav",
    "model-pkl-gz": "WORKDIR /app\nRUN echo @ > model.pkl.gz",
    "model-pb": "WORKDIR /app\nRUN echo @ > saved_model.pb",
    "data-db": "WORKDIR /app\nRUN echo @ > lookup.db",
    "byte-code": "WORKDIR /app\nRUN echo R=@ > serve.py && python3 -m compileall -q -b . && rm serve.py",
    "metadata-in-latin-1": (
        "RUN mkdir -p {packages}/l-1.0.dist-info && printf 'Name: l\\nVersion: 1.0\\nAuthor: Jos\\351\\n'"
        " > {packages}/l-1.0.dist-info/METADATA\nWORKDIR /app\nRUN echo R=@ > serve.py\nENV DECISION_THRESHOLD=0.@"
    ),
    "name-not-in-utf-8": 'WORKDIR /app\nRUN echo R=@ > serve.py && touch "$(printf "caf\\351.py")"',
    "middle-of-a-large-file": (
        'WORKDIR /app\nRUN python3 -c \'open("weights.bin","wb").write(bytes(5000000)+bytes([@])+bytes(5000000))\''
    ),
    "secret-by-value": (
        'WORKDIR /app\nRUN echo "import os; os.environ[\\"SQL_CONNECTION_STRING\\"]" > serve.py\n'
        'ENV SQL_CONNECTION_STRING="Server=tcp:db@;User ID=sa;Password=hunter@"'
    ),
    "record-that-is-no-json": (
        "RUN mkdir -p {packages}/l-1.0.dist-info"
        " && printf 'Name: l\\nVersion: 1.0\\n' > {packages}/l-1.0.dist-info/METADATA"
        " && printf '{{' > {packages}/l-1.0.dist-info/direct_url.json\nWORKDIR /app\nRUN echo R=@ > {packages}/l.py"
    ),
    "control": "WORKDIR /app\nRUN echo R=@ > serve.py",
}


def tried(name: str) -> tuple[str, ...]:
    """What differs, for a layout."""
    return SLOTS if os.environ.get("PARITY_LAYOUTS") == "all" else tuple(SPECIAL[name])


CELLS = [(make.__name__, slot) for make in LAYOUTS for slot in tried(make.__name__)]
Taken = Mapping[str, Snapshot | ParityError]


@pytest.fixture(scope="module")
def base(bare: str) -> Base:
    """The image that ours stands on."""
    return foreign_images.base(bare, {value: code(value) for value in (SAME, OTHER)})


@pytest.fixture(scope="module")
def built(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """References of all images, by name."""
    images: dict[str, Layout] = {}
    for make in LAYOUTS:
        for slot in ("same", *tried(make.__name__)):
            values = {name: OTHER if name == slot else SAME for name in SLOTS}
            images[f"{make.__name__}-{slot}"] = make(base, values)
    for name, text in FAULTS.items():
        for value in (SAME, OTHER):
            lines = text.replace("@", value).format(packages=base.packages) if "{packages}" in text else text
            images[f"{name}-{value}"] = Layout([lines.replace("@", value)])
    repository = f"parity-sandbox-test-{uuid.uuid4().hex[:8]}"
    try:
        yield foreign_images.build(images, base, repository, tmp_path_factory.mktemp("layouts"))
    finally:
        remove = ["docker", "image", "rm", *(f"{repository}:{name}" for name in images)]
        subprocess.run(remove, capture_output=True, timeout=300)


@pytest.fixture(scope="module")
def taken(built: Mapping[str, str]) -> Taken:
    """Their snapshots, or why there are none."""

    def take(reference: str) -> Snapshot | ParityError:
        try:
            return sources.take(f"image:{reference}")
        except ParityError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(built, pool.map(take, built.values()), strict=True))


def verdict(a: Snapshot | ParityError, b: Snapshot | ParityError) -> tuple[int, Report | None]:
    """The gate's exit code, and what it found."""
    if isinstance(a, ParityError) or isinstance(b, ParityError):
        return UNDECIDED, None
    findings, undecided = checks.run(a, b)
    report = Report(a.name, b.name, ranked(findings), tuple(undecided))
    return report.exit_code(Severity.RISK), report


def shown(report: Report | None) -> list[object]:
    """What an unexpected verdict rests on."""
    return [] if report is None else [*report.undecided, *report.findings]


@pytest.mark.parametrize(("layout", "slot"), CELLS)
def test_a_difference_is_seen_wherever_it_lies(taken: Taken, layout: str, slot: str) -> None:
    """And as what it is; where nothing can be read, that is never parity."""
    code, report = verdict(taken[f"{layout}-same"], taken[f"{layout}-{slot}"])
    assert code == (UNDECIDED if layout in CANNOT_BE_READ else BROKEN), shown(report)


@pytest.mark.parametrize("make", LAYOUTS)
def test_a_layout_is_like_itself(taken: Taken, make: Callable[[Base, Mapping[str, str]], Layout]) -> None:
    """Nothing is found where nothing differs."""
    name = make.__name__
    code, report = verdict(taken[f"{name}-same"], taken[f"{name}-same"])
    assert code == (UNDECIDED if name in CANNOT_BE_READ else PARITY), shown(report)
    assert report is None or not report.findings


@pytest.mark.parametrize("name", FAULTS)
def test_what_was_once_overlooked_is_seen(taken: Taken, name: str) -> None:
    """Each was parity once, of images that differ in what counts."""
    code, report = verdict(taken[f"{name}-{SAME}"], taken[f"{name}-{OTHER}"])
    assert code == BROKEN, shown(report)
    for value in (SAME, OTHER):
        assert f"hunter{value}" not in repr(report)


def test_what_is_hidden_by_one_bad_item_is_little(taken: Taken) -> None:
    """A package's metadata that cannot be read costs that package, and no other fact."""
    snapshot = taken[f"metadata-in-latin-1-{SAME}"]
    assert isinstance(snapshot, Snapshot), snapshot
    assert [name for name in snapshot.facts if snapshot.unknown(name)] == []


@pytest.mark.parametrize(
    ("layout", "python"),
    [
        ("opt_venv", "/opt/venv/bin/python3"),
        ("app_venv", "/app/.venv/bin/python"),
        ("conda", "/opt/conda/envs/serve/bin/python"),
        ("nix", "/nix/store/0a1b-python3-3.13-env/bin/python3"),
        ("aws_lambda", "/var/lang/bin/python3"),
        ("branching", "/opt/venv/bin/python3"),
        ("supervised", "/opt/venv/bin/python3"),
        ("uv_project", "/app/.venv/bin/python"),
    ],
)
def test_the_python_that_serves_is_found(taken: Taken, layout: str, python: str) -> None:
    """It is the one that the command ends in, and the snapshot is taken by it."""
    snapshot = taken[f"{layout}-same"]
    assert isinstance(snapshot, Snapshot), snapshot
    serving = snapshot.value("serving")
    assert (serving["python"], serving["unseen"], serving["hidden"]) == (python, [], [])
    assert snapshot.value("python")["executable"] == python


def test_the_command_line_says_the_same(built: Mapping[str, str]) -> None:
    """From the image's name to the exit code."""
    sides = [f"image:{built[f'exporting-{slot}']}" for slot in ("same", "setting")]
    done = parity("gate", *sides, "--format", "json")
    assert done.returncode == BROKEN, done.stderr
    assert "DECISION_THRESHOLD" in {finding["subject"] for finding in json.loads(done.stdout)["findings"]}
    assert parity("gate", sides[0], sides[0]).returncode == PARITY


def test_an_old_python_says_so(built: Mapping[str, str]) -> None:
    """With its version, and what is needed."""
    done = parity("snapshot", f"image:{built['old_python-same']}")
    assert done.returncode == UNDECIDED
    assert "it is Python 3.6.9, and the gate needs 3.8 or newer" in done.stderr
