from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="airlines by number where text was trained",
    kind="data",
    silent=True,
    story="The source replaces the airline's two letters by the number that the Department of Transportation gave it: "
    "19977 for UA. The service turns it into text, since the encoder was fitted on text, and the encoder has never met "
    "an airline 19977. It was told to live with unknown categories, and it does, even if it knows none of them.",
    source="none found",
    caught_by="request",
    checks=("contract",),
    fix="the contract gives text and number different types and converts neither into the other",
    hint="how many of today's categories did the encoder meet in training?",
)
