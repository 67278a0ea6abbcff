"""MLServer, with its adaptive batching: a runtime of one's own for its protocol, each row as JSON in a tensor."""

import msgspec
from mlserver import MLModel
from mlserver.codecs import StringCodec
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput


class Runtime(MLModel):
    """One endpoint."""

    async def load(self) -> bool:
        """Once in each worker."""
        import model

        self.ask, self.decoder = model.answer, msgspec.json.Decoder(model.Row)
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        """A probability for each row, of one request or of several."""
        scores = self.ask([self.decoder.decode(text) for text in StringCodec.decode_input(payload.inputs[0])])
        output = ResponseOutput(name="late", shape=[len(scores)], datatype="FP64", data=scores)
        return InferenceResponse(model_name=self.name, outputs=[output])
