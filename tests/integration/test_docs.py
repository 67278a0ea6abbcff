"""Every command of docs/, typed in order in a fresh copy of the project, prints what the page shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.support.learner import Learner, learner
from tests.integration.support.pages import ROOT, WALK, agrees, commands


@pytest.fixture(scope="module")
def someone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    """One learner for the whole walk."""
    with learner(tmp_path_factory.mktemp("learner") / "parity-sandbox") as made:
        yield made


@pytest.mark.parametrize("page", WALK, ids=lambda page: page.stem)
def test_its_commands_do_what_it_says(someone: Learner, page: Path) -> None:
    """Each ends well, or as make's error in the page says, with the output that the page shows."""
    for command in commands(page.read_text()):
        if not command.why_not_run:
            code, got = someone.type(command.text)
            place = f"{page.relative_to(ROOT)}:{command.line}: $ {command.text}"
            assert bool(code) == command.fails, f"{place}\nexit code {code}\n{got}"
            assert agrees(command.output, got), f"{place}\n--- shown\n{command.output}\n--- got\n{got}"
