"""LitServe, with its batches, and a worker for each core."""

from itertools import accumulate, pairwise

import litserve


class Api(litserve.LitAPI):
    """One endpoint."""

    def setup(self, device):
        """Once in each worker."""
        import model

        self.model = model

    def decode_request(self, request):
        """Rows of one request."""
        return self.model.checked(request["instances"])

    def predict(self, requests):
        """A probability for each row, by request."""
        scores = self.model.answer([row for rows in requests for row in rows])
        ends = accumulate(map(len, requests), initial=0)
        return [scores[start:end] for start, end in pairwise(ends)]

    def encode_response(self, output):
        """As the others answer."""
        return {"predictions": output}


if __name__ == "__main__":
    api = Api(max_batch_size=64, batch_timeout=0.002)
    server = litserve.LitServer(api, accelerator="cpu", workers_per_device=2)
    server.run(host="127.0.0.1", port=8061, generate_client_file=False, log_level="warning")
