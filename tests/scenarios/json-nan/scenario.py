from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a number that is none: NaN in a body that says it is JSON",
    kind="serving",
    silent=True,
    story="The service tells beside each probability how late the airline usually is, from a table. Prod's table is a "
    "season old and lacks an airline, so pandas says NaN for it, and Flask writes NaN: 200 OK, and no JSON. Python's "
    "own reader takes it, which is why no test of the team notices; JavaScript, Go and Java refuse the whole body, "
    "with the answers for all other flights.",
    source="https://github.com/pallets/flask/issues/6114 https://github.com/spec-first/connexion/issues/1068",
    caught_by="replay",
    checks=("replay",),
    fix="answers are encoded by a declared schema: msgspec writes null for NaN, and a strict reader tests it",
    hint="read one answer with JSON.parse",
)
