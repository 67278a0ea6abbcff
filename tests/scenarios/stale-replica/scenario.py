from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="One replica behind the balancer still serves last week's model",
    kind="serving",
    frame="balanced",
    silent=True,
    story="Two replicas share one address. The new model was copied to every node, but on one of them the disk was "
    "full, and the job that copies reported the number of nodes it had tried. Both replicas are ready and fast, and "
    "the balancer takes turns: every other request is answered by last week's model. Whoever asks once to see "
    "whether the new model is there has an even chance of yes.",
    source="https://github.com/BerriAI/litellm/issues/37188",
    caught_by="replay",
    checks=("replay",),
    fix="answers that name the version they come from (model_version), and one image for code and model, by digest",
    hint="ask the same address ten times, and compare more than the status",
)
