import subprocess
import sys
from pathlib import Path

from shared.image import venv
from shared.image.paths import ROOT


def test_the_command_runs_from_a_folder_with_a_space_in_its_name(tmp_path: Path, monkeypatch) -> None:
    """A `#!` line cannot name one."""
    folder = tmp_path / "my checkout"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for name in ("pyproject.toml", "shared"):
        (folder / name).symlink_to(ROOT / name)
    monkeypatch.setattr(venv, "ROOT", folder)
    monkeypatch.setattr(venv, "_sync", lambda *_: None)
    venv.sync()
    done = subprocess.run([folder / ".venv" / "bin" / "parity", "--help"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "gate" in done.stdout
