"""BentoML, with its service as its documentation has it."""

import bentoml
from model import answer


@bentoml.service(workers=2)
class Service:
    """One endpoint."""

    @bentoml.api
    def predict(self, instances: list[dict]) -> dict:
        """A probability for each instance."""
        return {"predictions": answer(instances)}
