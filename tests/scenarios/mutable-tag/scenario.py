from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The tag was moved between dev's pull and prod's",
    kind="version",
    silent=True,
    story="Dev and prod run the same image by name, team:stable. A tag is a pointer, not a version: between the two "
    "pulls somebody pushed another branch to it, in which the minute of departure counts from three in the morning. "
    "Both compose files are identical to the last letter, and the model gets other features.",
    source="https://github.com/moby/moby/issues/15432 https://github.com/renovatebot/docker-renovate-full/issues/420",
    caught_by="gate",
    checks=("predictions", "code", "image"),
    fix="run images by ID or digest, as compose.prod.yml does",
    hint="ask both containers for the ID of their image, not for its name",
)
