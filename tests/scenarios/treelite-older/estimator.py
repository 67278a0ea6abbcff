"""The team's model: a forest that scikit-learn trains, and treelite evaluates."""

import treelite
import treelite.sklearn
from sklearn.ensemble import RandomForestClassifier


class Fast(RandomForestClassifier):
    """A forest that answers about one row ten times as fast."""

    def predict_proba(self, table):
        """Probabilities of the classes, one row per row."""
        if not hasattr(self, "_trees"):
            self._trees = treelite.sklearn.import_model(self)
        return treelite.gtil.predict(self._trees, table.to_numpy()).reshape(len(table), -1)

    def __getstate__(self):
        """The pickle holds the forest; treelite imports it anew."""
        return {name: value for name, value in super().__getstate__().items() if name != "_trees"}


def make():
    """A model that is not fitted yet."""
    return Fast(n_estimators=100, min_samples_leaf=20, random_state=0)
