from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The image is rebuilt without its lock file and trains a different model",
    kind="version",
    frame="team",
    silent=True,
    story="Nothing was changed: the same code, the same data, the same seed. The image was built again, and without "
    "a lock file scikit-learn 1.8 became 1.9, which places the edges of histogram bins differently. The model that it "
    "trained is about as good, but decides differently about some flights, and it is not the model that was tested.",
    source="https://github.com/scikit-learn/scikit-learn/pull/29641 https://scikit-learn.org/dev/whats_new/v1.9.html",
    caught_by="gate",
    checks=("packages",),
    fix="a lock file with hashes; ship the model that was tested instead of training it again where it serves",
    hint="train twice, in the old image and in today's, and compare the answers",
    model=False,
)
