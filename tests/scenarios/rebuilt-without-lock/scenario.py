from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the image is rebuilt without its lock, and trains another model",
    kind="version",
    silent=True,
    story="Nothing was changed: the same code, the same data, the same seed. The image was built again, and without a "
    "lock scikit-learn 1.8 became 1.9, which places the edges of histogram bins otherwise. The model that it trained "
    "is about as good, and decides otherwise about some flights; nobody can say which model was tested.",
    source="https://github.com/scikit-learn/scikit-learn/pull/29641 https://scikit-learn.org/dev/whats_new/v1.9.html",
    caught_by="gate",
    checks=("packages",),
    fix="a lock file with hashes; the model that was tested is shipped, not trained again where it serves",
    hint="train twice, in the image of then and in that of today, and compare the answers",
    model=False,
)
