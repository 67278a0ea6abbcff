from pathlib import Path

import pytest

from shared.image import checkout
from shared.names import PROJECT


def test_two_folders_of_one_name_are_two_checkouts() -> None:
    """The project can be read in the name; the folder's path makes the difference."""
    ours, theirs = (checkout.own_name(Path(parent) / "Parity Sandbox") for parent in ("/home/me", "/home/you"))
    assert ours != theirs
    assert {name[:-8] for name in (ours, theirs)} == {f"{PROJECT}-"}


def test_compose_project_name_wins(root, monkeypatch) -> None:
    """As it does with Compose, from the environment or from .env; dev and prod are one project then."""
    assert (checkout.name(), checkout.projects()) == ("own", {"own", "own-dev"})
    (root / ".env").write_text("COMPOSE_PROJECT_NAME=mine\n")
    assert (checkout.name(), checkout.projects()) == ("mine", {"mine"})
    monkeypatch.setenv("COMPOSE_PROJECT_NAME", "their__s_")
    assert (checkout.name(), checkout.repository()) == ("their__s_", "their-s")


def test_a_folder_that_was_copied_gets_a_name_of_its_own(root) -> None:
    """What .env and the record say is of the folder that it was copied from."""
    (root / ".env").write_text("PARITY_NAME=original\nPARITY_PORT=8001\n")
    assert checkout.write_name() == "original"
    assert (root / ".env").read_text() == "PARITY_NAME=own\nPARITY_PORT=8001\n"
    assert checkout.write_name() == ""


def test_a_project_that_is_renamed_keeps_its_record(root, monkeypatch) -> None:
    """The folder is the same, and so is what `make clean` must remove."""
    monkeypatch.setattr(checkout, "own_name", lambda folder: "sandbox-0123abcd")
    checkout.write_name()
    checkout.record("image", "sha256:a")
    monkeypatch.setattr(checkout, "own_name", lambda folder: "churn-0123abcd")
    assert checkout.write_name() == "sandbox-0123abcd"
    assert checkout.recorded("image") == {"sha256:a"}


def test_what_was_made_is_recorded_once(root, monkeypatch) -> None:
    """By kind, under the folder's own name: a copy has nothing recorded."""
    checkout.record("image", "sha256:a", "sha256:b")
    checkout.record("image", "sha256:a")
    checkout.record("project", "own-lifecycle")
    assert checkout.recorded("image") == {"sha256:a", "sha256:b"}
    assert len((root / ".cache/made/own.txt").read_text().splitlines()) == 3
    monkeypatch.setattr(checkout, "own_name", lambda folder: "copy")
    assert checkout.recorded("image") == set()


def test_what_was_removed_again_is_struck_out(root) -> None:
    """Until it is made once more."""
    checkout.record("project", "own-lab-1", "own-lab-2")
    checkout.forget("project", "own-lab-1", "another")
    assert checkout.recorded("project") == {"own-lab-2"}
    checkout.record("project", "own-lab-1")
    checkout.forget("project", "own-lab-2")
    assert checkout.recorded("project") == {"own-lab-1"}


@pytest.mark.parametrize("line", ["PARITY_ARTIFACTS='/srv/my art'", 'PARITY_ARTIFACTS="/srv/my art"'])
def test_a_line_of_dotenv_stands_for_a_variable(root, line) -> None:
    """Quotes are Compose's own, and no part of the value."""
    (root / ".env").write_text(f"{line}\n")
    from shared.image import settings

    assert settings.artifacts() == Path("/srv/my art")
