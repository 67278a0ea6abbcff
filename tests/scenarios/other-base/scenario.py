from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="On Debian 13, TZ=US/Eastern silently means UTC",
    kind="version",
    silent=True,
    story="The base image was upgraded from Debian 12 to 13, and nothing else was touched. Debian 13 moved old names "
    "of time zones, such as US/Eastern, to a package that base images do not contain. The C library falls back to UTC "
    "for a zone that it cannot find, without a warning, so code that asks for local time gets another one.",
    source="https://github.com/docker-library/python/issues/1071 https://github.com/tphakala/birdnet-go/issues/1418 "
    "https://github.com/av1155/houndarr/issues/822",
    caught_by="gate",
    checks=("predictions", "system", "python", "libraries"),
    fix="one image for dev and prod, whose base is pinned; times that carry their zone",
    hint="what does `date` print in both containers?",
)
