from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A feature is relative to now: the flight's own day in training, today in prod",
    kind="code",
    silent=True,
    story="Training data are history, and their weekday and hour were computed from each row's own time. The service "
    "asks the clock, datetime.now(), since whoever asks is about to fly. A flight next week, a request that waited in "
    "a queue, the same request a day later: each looks like another flight. Ages and 'days since' have the same "
    "problem.",
    source="none found",
    caught_by="replay",
    checks=("replay",),
    fix="the moment that a feature is relative to is a field of the request (scheduled_departure), never the clock",
    hint="ask the same tomorrow",
)
