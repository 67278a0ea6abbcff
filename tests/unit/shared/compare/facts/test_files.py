"""Files beside the code: data, models, volumes, and what lies elsewhere in the image."""

from pathlib import Path

import pytest

from shared.compare import checks
from shared.compare.facts import (
    files,
    filesystem,
    models,
)
from shared.compare.facts import files as other_files
from shared.compare.facts.context import Context
from shared.compare.report import Severity, Snapshot


def test_large_files_are_read_whole(tmp_path: Path) -> None:
    """A byte in the middle of a large model is a difference."""
    digests = []
    for byte in (b"a", b"b"):
        (tmp_path / "weights.bin").write_bytes(bytes(5 << 20) + byte + bytes(5 << 20))
        digests.append(files.files(Context({"workdir": str(tmp_path)}))["weights.bin"])
    assert len({*digests}) == 2


def test_files_beyond_the_budget_are_compared_at_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest are left out, with how many and how much."""
    monkeypatch.setattr(other_files, "MAX_BYTES", 100)
    monkeypatch.setattr(other_files, "SAMPLE", 10)
    for name, size in (("small", 10), ("middle", 80), ("large", 200)):
        (tmp_path / name).write_bytes(bytes(size))
    first = other_files.files(Context({"workdir": str(tmp_path)}))
    assert [name for name, digest in first.items() if digest.startswith("partly:")] == ["large"]
    expected = {"files": 1, "bytes": 200, "largest": "large"}
    assert other_files.left_out(Context({"workdir": str(tmp_path)})) == expected
    (tmp_path / "large").write_bytes(bytes(199) + b"x")
    assert other_files.files(Context({"workdir": str(tmp_path)}))["large"] != first["large"]


def test_mounts_hold_files_that_are_compared(tmp_path: Path) -> None:
    """Secrets and sockets are not looked into; the folder of models of ours is compared as what it is."""
    for name in ("volume/cache", "artifacts/models/current/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    targets = [str(tmp_path / "volume"), str(tmp_path / "artifacts"), "/run/secrets", "/dev/null"]
    mounts = [{"target": target, "kind": "bind", "read_only": True} for target in targets]
    context = Context({"workdir": "/usr", "mounts": mounts})
    context.variables = {"PARITY_ARTIFACTS": str(tmp_path / "artifacts")}
    assert models.places(context) == [str(tmp_path / "volume")]
    assert list(other_files.files(context)) == [str(tmp_path / "volume/cache")]
    found = other_files.mounts(context)
    assert found[str(tmp_path / "volume")] == {
        "kind": "bind",
        "read_only": True,
        "files": 1,
        "bytes": 12,
        "is_file": False,
    }


def test_folders_that_are_written_as_the_service_runs_hold_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counters and temporary files differ from one moment to the next."""
    (tmp_path / "counter.db").write_text("1")
    for name, expected in {"PROMETHEUS_MULTIPROC_DIR": [], "TMPDIR": [], "WEIGHTS_DIR": [str(tmp_path)]}.items():
        context = Context({"workdir": "/usr"})
        context.variables = {name: str(tmp_path)}
        assert models.places(context) == expected


def test_other_environments_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their marks, with versions; models that nothing points to are hashed, all else is listed."""
    site = tmp_path / "opt/other/lib/python3.11/site-packages"
    (site / "numpy-1.26.4.dist-info").mkdir(parents=True)
    (site / "~umpy-1.0.dist-info").mkdir()
    (tmp_path / "opt/other/pyvenv.cfg").write_text("")
    (tmp_path / "opt/lost.pkl").write_text("model")
    (tmp_path / "opt/note.txt").write_text("note")
    monkeypatch.setattr(filesystem, "ROOT", str(tmp_path))
    context = Context({"workdir": "/usr", "walk": True})
    expected = {"python": "3.11", "packages": {"numpy": "1.26.4"}, "serving": False}
    assert filesystem.environments(context) == {str(site): expected}
    assert list(filesystem.elsewhere(context) or {}) == [str(tmp_path / "opt/lost.pkl")]
    before = filesystem.rest(context)
    assert before is not None
    assert before["files"] == 3
    (tmp_path / "opt/note.txt").write_text("another note")
    sides = [Snapshot("A", {"rest": {"value": before}})]
    sides.append(Snapshot("B", {"rest": {"value": filesystem.rest(Context({"workdir": "/usr", "walk": True}))}}))
    findings = [each for each in checks.run(*sides)[0] if each.check == "files"]
    assert [(each.severity, each.subject) for each in findings] == [(Severity.NOTE, "1 other file differs")]
    assert findings[0].details["files"] == [str(tmp_path / "opt/note.txt")]
