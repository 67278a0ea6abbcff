"""The example of shared/parity/README.md, typed."""

import shlex
from pathlib import Path

import pytest

from tests.integration.support.gate import Images, parity
from tests.integration.support.pages import Command, agrees, blocks, commands
from tests.lab.sandbox import ROOT

README = (ROOT / "shared" / "parity" / "README.md").read_text()
(APP,) = (block["body"] for block in blocks(README) if block["kind"] == "python")


@pytest.fixture(scope="module")
def shop(made: Images, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The two images of the page, by the names that it gives them."""

    def build(app: str) -> str:
        lines = ("WORKDIR /srv", "COPY app.py app.py", 'CMD ["python3", "app.py"]')
        return made.layer(*lines, files={"app.py": app}, folder=tmp_path_factory.mktemp("shop"))

    assert APP.count("/ 10") == 1
    return {"image:shop:1.4": build(APP), "image:shop:1.5": build(APP.replace("/ 10", "/ 11"))}


@pytest.mark.parametrize("command", commands(README), ids=lambda command: f"line-{command.line}")
def test_the_page_shows_what_the_command_prints(command: Command, shop: dict[str, str], tmp_path: Path) -> None:
    """Verdict, what was compared, findings and remedies."""
    (tmp_path / "golden.jsonl").write_text("".join(f'{{"items": {number}}}\n' for number in range(1, 9)))
    words = [shop.get(word, word) for word in shlex.split(command.text)]
    printed = parity(*words[1:], folder=tmp_path).stdout
    for name, image in shop.items():
        printed = printed.replace(image, name)
    assert agrees(command.output, printed), printed
