"""MLServer, with a runtime of one's own that takes the same JSON as the others."""

from mlserver import MLModel
from mlserver.handlers import custom_handler
from model import answer


class Runtime(MLModel):
    """One endpoint."""

    async def load(self) -> bool:
        """The model is loaded at import."""
        return True

    @custom_handler(rest_path="/predict")
    async def ask(self, instances: list[dict]) -> dict:
        """A probability for each instance."""
        return {"predictions": answer(instances)}
