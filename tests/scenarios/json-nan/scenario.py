from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The service answers NaN, which is not valid JSON",
    kind="serving",
    silent=True,
    story="Beside each probability the service reports how late the airline usually is, from a table. Prod's table "
    "is a season old and lacks an airline, so pandas returns NaN for it, and Flask writes NaN: 200 OK, but not JSON. "
    "Python's own reader accepts it, which is why no test of the team notices; JavaScript, Go and Java refuse the "
    "whole body, with the answers for all other flights.",
    source="https://github.com/pallets/flask/issues/6114 https://github.com/spec-first/connexion/issues/1068",
    caught_by="replay",
    checks=("replay",),
    fix="encode answers by a declared schema: msgspec writes null for NaN, and a strict reader tests it",
    hint="read one answer with JSON.parse",
)
