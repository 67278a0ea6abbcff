from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Debian 13 instead of 12: TZ=US/Eastern is now UTC",
    kind="version",
    silent=True,
    story="The base image was raised from Debian 12 to 13; nothing else was touched. Debian 13 has moved old names of "
    "time zones, such as US/Eastern, to a package that images do not contain. The C library takes UTC for a zone that "
    "it does not find, and says nothing, so code that asks for local time gets another.",
    source="https://github.com/docker-library/python/issues/1071 https://github.com/tphakala/birdnet-go/issues/1418 "
    "https://github.com/av1155/houndarr/issues/822",
    caught_by="gate",
    checks=("predictions", "system", "python", "libraries"),
    fix="one image for dev and prod, whose base is pinned; times that carry their zone",
    hint="what does `date` say in both containers?",
)
