"""The team's model, which first computes how cold it feels."""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from team_estimator import make as usual
from wind_chill import add_wind_chill


def make():
    """A pipeline that is not fitted yet."""
    return make_pipeline(FunctionTransformer(add_wind_chill), usual())
