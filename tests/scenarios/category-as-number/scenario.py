from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Airlines arrive as numbers, but the model was trained on text",
    kind="data",
    frame="lenient",
    silent=True,
    story="The source replaces the airline's two letters by the number that the Department of Transportation gave "
    "it: 19977 for UA. The service turns it into text, since the encoder was fitted on text, but the encoder has "
    "never met an airline 19977. It is configured to ignore unknown categories, and it does, even if it knows none of "
    "them.",
    source="none found",
    caught_by="request",
    checks=("contract",),
    fix="the contract gives text and numbers different types, and converts neither into the other",
    hint="how many of today's categories did the encoder meet in training?",
)
