"""Send prod the flights whose answers dev has given, and report how prod's answers differ.

Runs in a container beside prod, with the standard library alone. A scenario may bring `feed.py` on
PYTHONPATH: what stands between the source of the data and prod. It may define `change(flights)`,
`encode(flights)` (a body and its content type), `BATCH`, and `measure(post)`, which returns further
measurements, such as `harm` in words. Prints one line for people and one of JSON; exits with 1 if
there is a symptom.

PARITY_LAB_FLIGHTS names another file of flights. With PARITY_LAB_PATH=/check it asks prod's monitor
instead, and with "/check /predict" first: whether days of flights as they are sent now look unusual to
it, in ways that they did not before; or it reports what `watch()` of `feed.py` finds.
PARITY_LAB_PROD is what stands before prod.
"""

import csv
import importlib
import importlib.util
import io
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

PROD = os.environ.get("PARITY_LAB_PROD", "http://prod:8000")
URL, CHECK, READY = f"{PROD}/predict", f"{PROD}/check", f"{PROD}/ready"
WINDOWS = Path("/artifacts/models/current")
"""Beside the model, training leaves days of flights that it has not seen."""
TIMEOUT_SECONDS, READY_SECONDS = 8, 60
SHOWN = 240
"""Flights whose answers are kept for a plot."""


def main():
    """Ask, compare, report."""
    given = os.environ.get("PARITY_LAB_FLIGHTS") or (sys.argv[1] if len(sys.argv) > 1 else "/flights.json")
    recorded = json.loads(Path(given).read_text())["test"]
    await_prod()
    paths = os.environ.get("PARITY_LAB_PATH", "/predict").split()
    feed = importlib.import_module("feed") if importlib.util.find_spec("feed") else None
    change = getattr(feed, "change", list)
    encode = getattr(feed, "encode", as_json)
    batch = getattr(feed, "BATCH", 500)
    watched = {}
    if "/check" in paths:
        watched = feed.watch() if hasattr(feed, "watch") else watch(change, encode)
    if "/predict" not in paths:
        report(watched)
    sent = change(recorded["flights"])
    smoke, _ = post(*encode(sent[:1]))  # what many teams call a test: does it answer 200?
    answers, statuses, problem = ask(sent, encode, batch)
    measured = compare(recorded, answers)
    measured |= feed.measure(post) if hasattr(feed, "measure") else {}
    measured |= {"report": watched["report"]} if watched else {}
    report(measured | {"statuses": dict(statuses), "problem": problem, "smoke": smoke})


def await_prod():
    """Wait until it is ready, or for as long as it may take."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(READY, timeout=2):
                return
        except OSError:
            time.sleep(0.2)


def ask(flights, encode, batch):
    """Post flights in batches.

    Returns:
        a probability and a decision for each flight, None where the answer lacks them (a service may
        leave the decision to the threshold); counts by HTTP status, or by what went wrong; and the
        first body that has no predictions.
    """
    answers, statuses, problem = [], Counter(), None
    for at in range(0, len(flights), batch):
        part = flights[at : at + batch]
        status, body = post(*encode(part))
        statuses[str(status)] += 1
        given = probabilities(body) if status == 200 else None
        if given is None or len(given) != len(part):
            problem = problem or body[:20000]
            given = [(None, None)] * len(part)
        answers += given
        if status == "no answer":
            answers += [(None, None)] * (len(flights) - len(answers))
            break
    return answers, statuses, problem


def watch(change, encode):
    """What prod's monitor finds in days of flights as they are sent now, and did not find in them as they were."""
    days = [json.loads(path.read_text())["instances"] for path in sorted(WINDOWS.glob("window-*.json"))]
    found, seen = {}, Counter()
    for flights in days:
        before, now = unusual(*as_json(flights)), unusual(*encode(change(flights)))
        new = {name: finding for name, finding in now.items() if name not in before}
        found |= new
        seen.update(list(new))
    findings = [
        {
            "check": "window",
            "subject": name,
            "a": f"{finding['low']:.3g} to {finding['high']:.3g} in training",
            "b": f"{finding['value']:.3g}, seen in {seen[name]} of {len(days)} days",
            "severity": "risk",
            "why": f"no window of training came near: {finding['meaning']}",
            "remedy": "look where the rows come from: units, times, joins, what stands for a missing value",
        }
        for name, finding in found.items()
    ]
    symptom = "; ".join("{subject}: {b}, {a}".format(**finding) for finding in findings) or None
    return {"report": {"findings": findings}, "days": len(days), "symptom": symptom}


def unusual(body, content_type):
    """What prod's monitor finds in a body: findings by test and columns."""
    status, answer = post(body, content_type, CHECK)
    if status != 200:  # what is refused is not monitored
        sys.exit(f"POST /check answers {status}: {answer}")
    findings = json.loads(answer)["findings"]
    return {f"{finding['test']} of {' and '.join(finding['columns'])}": finding for finding in findings}


def post(body, content_type="application/json", url=URL):
    """Status and body of the answer; without one, the status is "no answer" or "no connection"."""
    request = urllib.request.Request(url, body, {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except TimeoutError:
        return "no answer", f"no answer within {TIMEOUT_SECONDS} s"
    except OSError as error:
        return "no connection", str(error)


def as_json(flights):
    """The body that the contract asks for."""
    return json.dumps({"instances": flights}).encode(), "application/json"


def as_csv(flights, **options):
    """The same flights as CSV, which has no types: a missing value is an empty field.

    Args:
        options: of `csv.DictWriter`.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, list(flights[0]), **options)
    writer.writeheader()
    writer.writerows(flights)
    return text.getvalue().encode(), "text/csv"


def probabilities(body):
    """Those of an answer, and its decisions; None if it is not JSON, as any strict reader would find."""
    try:
        given = json.loads(body, parse_constant=_strict)["predictions"]
        return [(prediction["late_probability"], prediction.get("late")) for prediction in given]
    except (ValueError, KeyError, TypeError):
        return None


def _strict(name):
    raise ValueError(f"{name} is not JSON")


def compare(recorded, answers):
    """Prod's answers against dev's: how many decisions flip, how far probabilities move, ROC AUC of both."""
    threshold = recorded["threshold"]
    decided = [prod >= threshold if late is None and prod is not None else late for prod, late in answers]
    answers = [prod for prod, _ in answers]
    triples = [
        (dev, prod, late)
        for dev, prod, late in zip(recorded["probability"], answers, recorded["late"], strict=True)
        if isinstance(prod, (int, float))
    ]
    flipped = sum(
        (dev >= threshold) != decision
        for dev, decision in zip(recorded["probability"], decided, strict=True)
        if decision is not None
    )
    lates = [late for _, _, late in triples]
    step = max(1, len(answers) // SHOWN)
    return {
        "asked": len(answers),
        "answered": len(triples),
        "flipped": flipped,
        "threshold": threshold,
        "share": flipped / len(triples) if triples else None,
        "largest": max((abs(dev - prod) for dev, prod, _ in triples), default=None),
        "auc": [auc([triple[side] for triple in triples], lates) for side in (0, 1)],
        "answers": [
            [round(dev, 4), None if prod is None else round(prod, 4)]
            for dev, prod in list(zip(recorded["probability"], answers, strict=True))[::step]
        ],
    }


def auc(scores, lates):
    """ROC AUC by ranks (Mann-Whitney U), ties counted half; None without both classes."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks, at = [0.0] * len(order), 0
    while at < len(order):
        end = at
        while end < len(order) and scores[order[end]] == scores[order[at]]:
            end += 1
        for place in order[at:end]:
            ranks[place] = (at + end + 1) / 2
        at = end
    positive = sum(lates)
    negative = len(lates) - positive
    if not positive or not negative:
        return None
    total = sum(rank for rank, late in zip(ranks, lates, strict=True) if late)
    return (total - positive * (positive + 1) / 2) / (positive * negative)


def symptom(measured):
    """The harm in words; None if there is none."""
    failed = measured["asked"] - measured["answered"]
    harm = [measured["harm"]] if measured.get("harm") else []
    if failed:
        why = ", ".join(
            f"{count} × {status}" for status, count in sorted(measured["statuses"].items()) if status != "200"
        )
        harm.append(f"{failed:,} of {measured['asked']:,} flights get no answer ({why or '200 with another body'})")
    if measured["flipped"]:
        harm.append(f"{measured['flipped']:,} of {measured['answered']:,} decisions flip ({measured['share']:.1%})")
        if None not in measured["auc"]:
            harm.append("ROC AUC {:.3f} → {:.3f}".format(*measured["auc"]))
    return "; ".join(harm) or None


def report(measured):
    """Print, and exit with 1 if there is a symptom."""
    if "symptom" not in measured:
        measured["symptom"] = symptom(measured)
    print("symptom: " + measured["symptom"] if measured["symptom"] else "no symptom: prod answers as dev did")
    print(json.dumps(measured))
    sys.exit(1 if measured["symptom"] else 0)


if __name__ == "__main__":
    main()
