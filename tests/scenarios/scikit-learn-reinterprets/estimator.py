"""The team's model: AdaBoost, as scikit-learn has it by default."""

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import AdaBoostClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

TEXT, NUMBERS = ["carrier", "origin"], ["hour", "distance", "delay", "temperature", "wind"]


def make():
    """A pipeline that is not fitted yet."""
    encode = ColumnTransformer(
        [("text", OneHotEncoder(handle_unknown="ignore"), TEXT), ("numbers", "passthrough", NUMBERS)]
    )
    return make_pipeline(encode, AdaBoostClassifier(random_state=0))
