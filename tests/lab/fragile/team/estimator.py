"""The team's model."""

from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TEXT, NUMBERS = ["carrier", "origin"], ["hour", "distance", "delay", "temperature", "wind"]


def make():
    """A pipeline that is not fitted yet."""
    encode = ColumnTransformer(
        [("text", OneHotEncoder(handle_unknown="ignore"), TEXT), ("numbers", StandardScaler(), NUMBERS)]
    )
    return make_pipeline(encode, LogisticRegression(max_iter=500))
