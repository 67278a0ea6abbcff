"""What an expert writes by hand: FastAPI, ONNX Runtime, the contract, features in plain Python, no data frame."""

import msgspec
import numpy as np
import onnxruntime
from fastapi import FastAPI, Request, Response
from model import MODEL
from skl2onnx import to_onnx

from shared.columns import CATEGORICAL, features, numbers
from shared.contract import Row

encoder, classifier = MODEL.pipeline[0].transformers_[0][1], MODEL.pipeline[-1]
codes = [
    dict(zip(values.tolist(), means.tolist(), strict=True))
    for values, means in zip(encoder.categories_, encoder.encodings_, strict=True)
]
mean = float(encoder.target_mean_)
width = classifier.n_features_in_
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
graph = to_onnx(classifier, np.zeros((1, width), dtype="float32"), options={"zipmap": False})
session = onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
decoder = msgspec.json.Decoder(dict[str, list[Row]])
app = FastAPI()


@app.post("/predict")
async def predict(request: Request) -> Response:
    """A probability for each instance."""
    columns = features(decoder.decode(await request.body())["instances"])
    texts = [
        [known.get(value, mean) for value in columns[name]] for known, name in zip(codes, CATEGORICAL, strict=True)
    ]
    table = np.concatenate([np.array(texts).T, numbers(columns)], axis=1).astype("float32")
    scores = session.run(["probabilities"], {"X": table})[0][:, 1]
    return Response(msgspec.json.encode({"predictions": scores.tolist()}), media_type="application/json")
