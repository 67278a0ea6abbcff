"""A replay clears only what it exercised: what differs, times golden files that do and do not reach it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support.gate import Images, judged, parity

SITE = "/usr/local/lib/python3.13/dist-packages"
SHOP = '''"""A score by number, text and time; answered line by line, or through a server."""
import json
import os
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import regex

THRESHOLD = float(os.environ["DECISION_THRESHOLD"])


def score(row):
    hour = datetime.fromisoformat(row["at"]).astimezone(ZoneInfo("Africa/Cairo")).hour
    return row["x"] / 3 + len(regex.words(row["text"])) / 7 + hour / 900


def answer(row):
    value = score(row)
    if row["x"] > 9:
        value = 9.0
    return {"score": value, "late": value >= THRESHOLD}


def main():
    if "serve" in sys.argv:
        import flask
        import gunicorn

        gunicorn.run(lambda body: flask.jsonify(answer(json.loads(body))))
    for line in sys.stdin:
        given = answer(json.loads(line))
        print(json.dumps({"late": given["late"]} if "labels" in sys.argv else given))


main()
'''
GUNICORN = """from http.server import BaseHTTPRequestHandler, HTTPServer


def run(app):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = app(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    HTTPServer(("127.0.0.1", 8080), Handler).serve_forever()
"""
FLASK = "import json\n\n\ndef jsonify(value):\n    return json.dumps(value, sort_keys=True).encode()\n"
REGEX = "import re\n\n\ndef words(text):\n    return re.findall(r'\\w+', text)\n"
PACKAGES = {"gunicorn": GUNICORN, "flask": FLASK, "regex": REGEX}
Image = Callable[..., str]


def installed(name: str, version: str, code: str) -> list[str]:
    """Lines of a Dockerfile that install a package of one module."""
    metadata = f"{SITE}/{name}-{version}.dist-info"
    make = (
        f"import os; os.makedirs({metadata!r}); w = lambda path, text: open(path, 'w').write(text); "
        f"w({metadata + '/METADATA'!r}, 'Name: {name}\\nVersion: {version}\\n'); "
        f"w({metadata + '/RECORD'!r}, '{name}.py,,\\n'); w({f'{SITE}/{name}.py'!r}, {code!r})"
    )
    return [f"RUN rm -rf {SITE}/{name}*", f"RUN {json.dumps(['python3', '-c', make])}"]


@pytest.fixture(scope="module")
def shop(made: Images, bare: str) -> Image:
    """Makes the shop's image, with packages of other versions or code, or with other lines."""

    def image(*lines: str, base: str = bare, **packages: tuple[str, str]) -> str:
        more = [line for name, (version, code) in packages.items() for line in installed(name, version, code)]
        return made.layer(*more, *lines, base=base)

    write = f"open('/srv/shop.py', 'w').write({SHOP!r})"
    first = image(
        "WORKDIR /srv",
        f"RUN {json.dumps(['python3', '-c', write])}",
        "ENV DECISION_THRESHOLD=0.5",
        'CMD ["python3", "-m", "shop", "serve"]',
        **{name: ("1.0", code) for name, code in PACKAGES.items()},
    )
    name = first.partition(":")[2]
    return lambda *lines, **packages: image(*lines, base=name, **packages) if lines or packages else first


def row(x: float = 0.3, text: str = "two words", at: str = "2013-01-01T05:15:00+00:00") -> dict[str, Any]:
    """A request."""
    return {"x": x, "text": text, "at": at}


PLAIN = [row(), row(2.0)]
FOREIGN = [*PLAIN, row(text="naïve café")]
LATER = [*PLAIN, row(at="2024-07-01T05:15:00+00:00")]
CLOSE = [*PLAIN, row(0.95)]
LARGE = [*PLAIN, row(99.0)]
LINES, LABELS, HTTP = ("--predict", "python3 -m shop"), ("--predict", "python3 -m shop labels"), ("--http", "/predict")

ASCII_ONLY = REGEX.replace("\\w+'", "\\w+', re.sub('[^ -~]', ' ', text)) or re.findall(r'\\w+'")
RULES = "RUN cp --remove-destination /usr/share/zoneinfo/Etc/GMT-2 /usr/share/zoneinfo/Africa/Cairo"


def edited(old: str, new: str) -> tuple[tuple[str, ...], dict[str, tuple[str, str]]]:
    """The shop's own code with another text in one place."""
    code = f"import pathlib; p = pathlib.Path('/srv/shop.py'); p.write_text(p.read_text().replace({old!r}, {new!r}))"
    return (f"RUN {json.dumps(['python3', '-c', code])}",), {}


DIFFERENCES: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, str]]]] = {
    "server": ((), {"gunicorn": ("2.0", GUNICORN + "# as it was\n")}),
    "framework": ((), {"flask": ("2.0", FLASK + "# as it was\n")}),
    "key order": ((), {"flask": ("2.0", FLASK.replace("True", "False"))}),
    "regular expressions": ((), {"regex": ("2.0", REGEX + "# as it was\n")}),
    "words": ((), {"regex": ("2.0", ASCII_ONLY)}),
    "rules": ((RULES,), {}),
    "threshold": (("ENV DECISION_THRESHOLD=0.7",), {}),
    "decision": edited(">= THRESHOLD", ">= THRESHOLD + 0.2"),
    "branch": edited("value = 9.0", "value = 8.0"),
    "text": edited("value = 9.0", "value = 9 * 1.0"),
    "order in code": edited("sys.argv else given", "sys.argv else dict(reversed(given.items()))"),
}
CASES = [
    ("server", PLAIN, LINES, "packages gunicorn", "stays"),
    ("server", PLAIN, HTTP, "packages gunicorn", "cleared"),
    ("framework", FOREIGN, LINES, "packages flask", "stays"),
    ("framework", FOREIGN, HTTP, "packages flask", "cleared"),
    ("key order", PLAIN, LINES, "packages flask", "stays"),
    ("key order", PLAIN, HTTP, "predictions", "breaks"),
    ("regular expressions", PLAIN, LINES, "packages regex", "stays"),
    ("regular expressions", FOREIGN, LINES, "packages regex", "cleared"),
    ("words", PLAIN, LINES, "packages regex", "stays"),
    ("words", FOREIGN, LINES, "predictions", "breaks"),
    ("rules", PLAIN, LINES, "system rules of time zones", "stays"),
    ("rules", LATER, LINES, "predictions", "breaks"),
    ("threshold", PLAIN, LINES, "settings DECISION_THRESHOLD", "stays"),
    ("threshold", CLOSE, LINES, "predictions", "breaks"),
    ("decision", PLAIN, LABELS, "code shop.py", "stays"),
    ("decision", CLOSE, LABELS, "predictions", "breaks"),
    ("branch", PLAIN, LINES, "code shop.py", "stays"),
    ("branch", LARGE, LINES, "predictions", "breaks"),
    ("text", LARGE, LINES, "code shop.py", "cleared"),
    ("order in code", PLAIN, LINES, "predictions", "breaks"),
]


@pytest.mark.parametrize(
    ("difference", "golden", "how", "about", "outcome"), CASES, ids=[f"{case[0]}-{case[4]}" for case in CASES]
)
def test_a_difference_is_cleared_only_where_it_was_reached(
    shop: Image,
    tmp_path: Path,
    difference: str,
    golden: list[dict[str, Any]],
    how: tuple[str, str],
    about: str,
    outcome: str,
) -> None:
    """Reached, it breaks or is cleared with the proof; not reached, it stays a risk, with what would reach it."""
    file = tmp_path / "golden.jsonl"
    file.write_text("".join(json.dumps(request, ensure_ascii=False) + "\n" for request in golden), encoding="utf-8")
    lines, packages = DIFFERENCES[difference]
    code, report = judged("gate", shop(), shop(*lines, **packages), "--golden", file, *how)
    severities = {f"{each['check']} {each['subject']}": (each["severity"], each["why"]) for each in report["findings"]}
    matching = [found for name, found in severities.items() if name.startswith(about)]
    assert matching, severities
    (severity, why) = matching[0]
    if outcome == "stays":
        assert (code, severity) == (1, "risk")
        assert "proven harmless" not in why
    elif outcome == "cleared":
        assert (code, severity) == (0, "note"), severities
        assert "proven harmless" in why
    else:
        assert (code, severity) == (1, "breaks")
    if outcome == "stays" and difference != "threshold":
        assert any(about in kind for kind in report["lacking"]), report["lacking"]


def test_the_shop_is_itself(shop: Image, tmp_path: Path) -> None:
    """Through its server: nothing above a note."""
    (tmp_path / "golden.jsonl").write_text(json.dumps(row()) + "\n")
    code, report = judged("gate", shop(), shop(), "--golden", tmp_path / "golden.jsonl", *HTTP)
    assert (code, report["findings"], report["undecided"]) == (0, [], [])


@pytest.mark.parametrize(
    ("difference", "how", "culprit"), [("words", LINES, "packages: regex"), ("key order", HTTP, "packages: flask")]
)
def test_bisect_asks_as_the_gate_does(
    shop: Image, tmp_path: Path, difference: str, how: tuple[str, str], culprit: str
) -> None:
    """Of two packages that differ it names the one that changes the answers, or what is written of them."""
    (tmp_path / "golden.jsonl").write_text("".join(json.dumps(request) + "\n" for request in FOREIGN))
    lines, packages = DIFFERENCES[difference]
    other = shop(*lines, gunicorn=("2.0", GUNICORN + "# as it was\n"), **packages)
    done = parity("bisect", shop(), other, "--golden", tmp_path / "golden.jsonl", *how, "--format", "json")
    result = json.loads(done.stdout)
    assert (done.returncode, result["verdict"], result["differences"]) == (1, "found", 2)
    (cause,) = result["causes"]
    assert [f"{member['check']}: {member['subject']}" for member in cause["members"]] == [culprit]
    assert cause["step"]["as_other"]
