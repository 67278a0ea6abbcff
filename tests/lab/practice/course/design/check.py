"""A design, looked at for what is missing and what contradicts itself."""

import tomllib

MOMENTS = (
    "at booking",
    "at check-in",
    "at departure of the first flight",
    "at arrival of the first flight",
)
TRACKED = ("data", "code", "parameters", "environment", "metrics", "model")
NOBODY = ("everybody", "everyone", "all", "the team", "we", "nobody", "tbd")
FEW_WORDS = 4


def check(folder):
    """A verdict, and a question for each thing that is not said or does not fit."""
    design = tomllib.loads((folder / "design.toml").read_text())
    questions = [*_missing(design), *_known(design), *_measured(design), *_owned(design), *_again(design)]
    if questions:
        return "symptom", f"{len(questions)} questions are open:", *questions
    return "repaired", "every part is there, and none contradicts another"


def _missing(design):
    wanted = {
        "goal": ("target", "decision", "moment"),
        "contract": ("fields", "on_a_bad_row"),
        "metric": ("name", "baseline", "good_enough", "share_of_positives"),
        "split": ("by",),
        "track": ("recorded",),
        "owners": ("contract", "features", "model", "image", "monitor"),
        "retrain": ("when", "not_when", "first"),
    }
    for table, names in wanted.items():
        for name in names:
            if not design.get(table, {}).get(name):
                yield f"{table}.{name}: what is it?"
    if len(str(design.get("goal", {}).get("target", "")).split()) < FEW_WORDS:
        yield "goal.target: could two people, by themselves, decide of one passenger whether it is true?"


def _known(design):
    moment = design.get("goal", {}).get("moment")
    if moment not in MOMENTS:
        yield f"goal.moment: which of {', '.join(MOMENTS)}?"
        return
    fields = design.get("contract", {}).get("fields") or []
    for field in fields:
        name, known = field.get("name", "?"), field.get("known")
        if known not in MOMENTS:
            yield f"contract, {name}: known when?"
        elif MOMENTS.index(known) > MOMENTS.index(moment):
            yield f"contract, {name}: known {known}, and predicted {moment}: how does prod get it?"
        if not field.get("unit"):
            yield f"contract, {name}: in which unit? (none, if it has none)"
    if len(fields) < 3:
        yield "contract.fields: is that all that a row has?"
    if design.get("contract", {}).get("on_a_bad_row") not in ("", None, "refuse it and say why"):
        yield "contract.on_a_bad_row: who will ever hear of it?"


def _measured(design):
    metric = design.get("metric", {})
    share = metric.get("share_of_positives") or 0
    if "accuracy" in str(metric.get("name", "")).lower() and share and (share < 0.2 or share > 0.8):
        yield f"metric.name: whoever always says no is right {1 - share:.0%} of the time; is accuracy what you want?"
    if design.get("split", {}).get("by") == "chance":
        yield "split.by: prod predicts what comes later; why is the model not tested so?"


def _owned(design):
    for part, owner in design.get("owners", {}).items():
        if str(owner).strip().lower() in NOBODY:
            yield f"owners.{part}: {owner} is nobody; who is woken?"
    missing = [name for name in TRACKED if name not in (design.get("track", {}).get("recorded") or [])]
    if missing:
        yield f"track.recorded: how is a model made again without its {', '.join(missing)}?"


def _again(design):
    retrain = design.get("retrain", {})
    when, never = str(retrain.get("when", "")).lower(), str(retrain.get("not_when", "")).lower()
    if when and not any(word in when for word in ("below", "worse", "than", "drift", "lower", "fall")):
        yield "retrain.when: which measurement sets it off?"
    if never in ("never", "none", "-"):
        yield "retrain.not_when: and if the rows are wrong?"
    if when and when == never:
        yield "retrain: when and not_when are the same"
