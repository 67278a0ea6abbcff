"""BentoML, with its adaptive batching, and a worker for each core."""

import bentoml
from model import answer, checked


@bentoml.service(workers=2, logging={"access": {"enabled": False}})
class Service:
    """One endpoint."""

    @bentoml.api(batchable=True, max_batch_size=1000)
    def predict(self, instances: list[dict]) -> list[float]:
        """A probability for each instance, of one request or of several."""
        return answer(checked(instances))
