from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Times without an offset are read as UTC",
    kind="data",
    frame="lenient",
    silent=True,
    story="The airport's own system sends the time on its clocks, without an offset: everybody there knows which "
    "zone it means. The service reads times with utc=True, which takes a time without an offset for UTC. Every flight "
    "seems to leave four or five hours early: the evening rush is now in the afternoon.",
    source="none found",
    caught_by="request",
    checks=("contract",),
    fix="a time has its offset from UTC, or it is refused (RFC 3339)",
    hint="how many flights leave at three in the morning?",
)
