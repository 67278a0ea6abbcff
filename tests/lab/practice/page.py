"""The learner's progress as a page, readable without scripts or a network."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from tests.lab.practice.exercise import KINDS, Exercise
from tests.lab.practice.progress import Progress
from tests.lab.practice.workspace import FOLDER

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; }
td.number { text-align: right; }
progress { width: 100%; }
"""


def write(among: Sequence[Exercise], progress: Progress) -> Path:
    """Write the page; returns its path."""
    path = FOLDER / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(among, progress))
    return path


def render(among: Sequence[Exercise], progress: Progress) -> str:
    """The page: how many are solved, and each exercise by kind, with its symptom alone."""
    solved = sum(progress.solved(exercise.name) for exercise in among)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Practice</title>',
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main>',
        f"<h1>Practice: {solved} of {len(among)} solved</h1>",
        f'<progress max="{len(among)}" value="{solved}" aria-label="solved">{solved}</progress>',
    ]
    for kind in KINDS:
        own = [exercise for exercise in among if exercise.kind == kind]
        if own:
            done = sum(progress.solved(exercise.name) for exercise in own)
            parts.append(f"<h2>{escape(kind.capitalize())}: {done} of {len(own)}</h2><table>")
            heads = ("exercise", "symptom", "solved", "checks", "hints")
            parts.append("<tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr>")
            parts += [_row(exercise, progress) for exercise in own]
            parts.append("</table>")
    return "\n".join([*parts, "</main></body></html>", ""])


def _row(exercise: Exercise, progress: Progress) -> str:
    known = progress.of(exercise.name)
    solved = escape(known["solved"][:10]) if "solved" in known else "not yet"
    counts = "".join(f'<td class="number">{known.get(name, 0)}</td>' for name in ("checks", "hints"))
    return f"<tr><td>{escape(exercise.name)}</td><td>{escape(exercise.symptom)}</td><td>{solved}</td>{counts}</tr>"
