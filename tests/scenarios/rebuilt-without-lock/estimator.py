"""The team's model: boosted trees on binned columns."""

from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

TEXT, NUMBERS = ["carrier", "origin"], ["hour", "distance", "delay", "temperature", "wind"]


def make():
    """A pipeline that is not fitted yet."""
    encode = ColumnTransformer(
        [
            ("text", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), TEXT),
            ("numbers", "passthrough", NUMBERS),
        ]
    )
    return make_pipeline(encode, HistGradientBoostingClassifier(max_iter=60, random_state=0))
