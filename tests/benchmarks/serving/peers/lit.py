"""LitServe, without batches: requests come from users who do not wait for each other."""

import litserve
from model import answer


class Api(litserve.LitAPI):
    """One endpoint."""

    def setup(self, device):
        """The model is loaded at import."""

    def decode_request(self, request):
        """As sent."""
        return request["instances"]

    def predict(self, instances):
        """A probability for each instance."""
        return answer(instances)

    def encode_response(self, output):
        """As the others answer."""
        return {"predictions": output}


if __name__ == "__main__":
    server = litserve.LitServer(Api(api_path="/predict"), accelerator="cpu", workers_per_device=2)
    server.run(host="127.0.0.1", port=8061, generate_client_file=False)
