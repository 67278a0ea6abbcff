from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Two nodes run two images under one tag",
    kind="version",
    frame="balanced",
    silent=True,
    story="Both nodes of a cluster run team:stable. The first one is new and had to pull it; the second one has had an "
    "image of that name since last week, and does not pull what is there. Last week's release took early departures, "
    "and delays that are not known, for no delay. The orchestrator shows the same name on both nodes, both replicas "
    "are ready, and the balancer takes turns: what is predicted for a flight depends on the node that answers.",
    source="https://github.com/moby/moby/issues/37913 https://github.com/moby/moby/issues/34640 "
    "https://github.com/kubernetes/kubernetes/issues/7400",
    caught_by="gate",
    checks=("predictions", "code", "image"),
    fix="name images by digest, as compose.prod.yml does: a node then has that image, or none",
    hint="ask every node for the ID of the image that it runs, not for its name",
)
