"""The service after a first prediction, so that nobody has to wait for it: `warm:serve()`."""

from prod.app import serve as shipped
from prod.service import KEY


def serve():
    """Make the application, and let its model answer once."""
    app = shipped()
    pipeline = app.extensions[KEY].scorer.pipeline
    pipeline[-1].predict_proba([[0.0] * pipeline[-1].n_features_in_])
    return app
