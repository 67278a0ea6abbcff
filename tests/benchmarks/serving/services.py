"""The services that are measured: this project's, the floor below it, and its peers at pinned versions."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.image.paths import CACHE, ROOT
from shared.image.wheels import UV_ENVIRONMENT, ensure_uv
from tests.benchmarks.serving import wrk

HERE = Path(__file__).parent
PORT = 8061
MODEL_NEEDS = (
    "msgspec>=0.22",
    "pandas>=3.1,<3.2",
    "scikit-learn==1.9.1",
    "skops==0.16.0",
    "threadpoolctl>=3.8",
    "tzdata",
)
SETTINGS = ("PARITY_SCORER", "PARITY_THREADS", "PARITY_WORKERS")
"""Of the shell that measures, handed on to this project's own."""
PROD = ("python3", "-m", "gunicorn", "--config", "prod/gunicorn.conf.py")


Rows = list[dict[str, Any]]


def _instances(rows: Rows) -> Any:
    return {"instances": rows}


def _tensor(rows: Rows) -> Any:
    texts = [json.dumps(row) for row in rows]
    return {"inputs": [{"name": "rows", "shape": [len(texts)], "datatype": "BYTES", "data": texts}]}


def _predictions(answer: Any) -> list[float]:
    return [each["late_probability"] if isinstance(each, dict) else each for each in answer["predictions"]]


@dataclass(frozen=True)
class Service:
    """One that answers a POST of rows.

    Attributes:
        packages: of its environment; none for what runs in the project's image.
        command: that starts it, on PORT of 127.0.0.1 where it runs on the host.
        answers: whether it answers with probabilities.
        asked: what it is sent for rows, as it goes into JSON.
        read: its answer's probabilities.
    """

    name: str
    command: tuple[str, ...]
    packages: tuple[str, ...] = ()
    answers: bool = True
    path: str = "/predict"
    asked: Callable[[Rows], Any] = _instances
    read: Callable[[Any], list[float]] = _predictions


MLSERVER = {
    "settings.json": {"debug": False, "parallel_workers": 1, "host": "127.0.0.1", "http_port": PORT},
    "model-settings.json": {
        "name": "flights",
        "implementation": "runtime.Runtime",
        "max_batch_size": 64,
        "max_batch_time": 0.005,
    },
}
SERVICES = (
    Service("this project", PROD),
    Service("empty route, our image", (*PROD, "--worker-class=gthread", "floor:serve()"), answers=False),
    Service(
        "naive Flask",
        ("gunicorn", "--workers=2", "--threads=4", f"--bind=127.0.0.1:{PORT}", "--no-control-socket", "naive:app"),
        ("flask==3.1.3", "gunicorn==27.0.1"),
    ),
    Service(
        "BentoML",
        ("bentoml", "serve", "bento:Service", f"--port={PORT}", "--host=127.0.0.1"),
        ("bentoml==1.4.40",),
        read=list,
    ),
    Service(
        "MLServer",
        ("mlserver", "start", "."),
        ("mlserver==1.7.1", "uvloop<0.22"),  # a later one gives its workers no event loop
        path="/v2/models/flights/infer",
        asked=_tensor,
        read=lambda answer: list(answer["outputs"][0]["data"]),
    ),
    Service("LitServe", ("python", "lit.py"), ("litserve==0.2.19",)),
    Service(
        "FastAPI, ONNX Runtime",
        ("uvicorn", "expert:app", "--workers=2", f"--port={PORT}", "--no-access-log"),
        (
            "fastapi==0.121.1",
            "uvicorn[standard]==0.38.0",
            "onnxruntime==1.23.2",
            "skl2onnx==1.19.1",
            "onnx==1.18.0",
            "protobuf<6",
        ),
    ),
)


class Running:
    """A service while it runs: `with Running(…) as url`."""

    def __init__(self, service: Service, model: Path, image: str) -> None:
        self.service, self._model, self._image = service, model.resolve(), image
        self._container, self._process = "", None

    def __enter__(self) -> str:
        return self._on_host() if self.service.packages else self._in_image()

    def __exit__(self, *_: object) -> None:
        if self._container:
            subprocess.run(["docker", "rm", "--force", self._container], check=True, capture_output=True)
        if self._process:
            for number in (signal.SIGTERM, signal.SIGKILL):  # some start their workers anew while they stop
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, number)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(15)

    def log(self) -> str:
        """The end of what it printed."""
        if self._container:
            done = subprocess.run(["docker", "logs", "--tail=5", self._container], capture_output=True, text=True)
            return done.stdout + done.stderr
        return "\n".join((environment(self.service) / "log").read_text().splitlines()[-5:])

    def memory(self) -> int:
        """Bytes of its processes, what they share counted once (proportional set size)."""
        total = 0
        for pid in self._processes():
            with suppress(OSError, StopIteration):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                total += 1024 * int(next(line.split()[1] for line in lines if line.startswith("Pss:")))
        return total

    def _processes(self) -> list[int]:
        """With what they have started, in whatever group."""
        if self._container:
            command = ["docker", "top", self._container, "-o", "pid"]
            return [int(pid) for pid in subprocess.run(command, check=True, capture_output=True).stdout.split()[1:]]
        listed = subprocess.run(["ps", "-eo", "ppid,pid"], check=True, capture_output=True, text=True).stdout
        pairs = [tuple(map(int, line.split())) for line in listed.splitlines()[1:]]
        found = [self._process.pid] if self._process else []
        for each in found:
            found += [pid for parent, pid in pairs if parent == each]
        return found

    def _url(self, port: int) -> str:
        return f"http://127.0.0.1:{port}{self.service.path}"

    def _in_image(self) -> str:
        mounts = [f"{self._model}:/artifacts/models/current:ro"]
        if not self.service.answers:  # to the guard, one file more is other code
            mounts.append(f"{HERE / 'peers/floor.py'}:/app/floor.py:ro")
        command = ["docker", "run", "--detach", "--read-only", "--tmpfs=/tmp", "--env=OMP_NUM_THREADS=1", "--cpus=2"]
        command += [f"--env=PARITY_IMAGE={self._image}", "--env=PARITY_LOG_BYTES=0", "--memory=1g"]
        command += [f"--env={name}" for name in SETTINGS]
        command += [f"--publish=127.0.0.1:{PORT}:8000"]
        command += [*(f"--volume={mount}" for mount in mounts), self._image, *self.service.command]
        self._container = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        return self._url(PORT)

    def ask(self, body: bytes, connections: int, seconds: int) -> wrk.Load:
        """Load on its own loopback: a port that Docker publishes would cost what it costs no peer."""
        if not self._container:
            return wrk.ask(self._url(PORT), body, connections, seconds)
        beside = (
            "docker",
            "run",
            "--rm",
            f"--network=container:{self._container}",
            f"--volume={wrk.FOLDER}:{wrk.FOLDER}:ro",
        )
        return wrk.ask(self._url(8000), body, connections, seconds, (*beside, self._image))

    def _on_host(self) -> str:
        folder = environment(self.service)
        names = {
            **os.environ,
            "MODEL": str(self._model),
            "PYTHONPATH": f"{ROOT}:{HERE / 'peers'}",
            "OMP_NUM_THREADS": "1",
        }
        names |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "BENTOML_DO_NOT_TRACK": "true"}
        work = folder / "work"
        shutil.copytree(HERE / "peers", work, dirs_exist_ok=True)
        for name, content in MLSERVER.items():
            (work / name).write_text(json.dumps(content))
        with (folder / "log").open("w") as log:
            self._process = subprocess.Popen(
                self.service.command, cwd=work, env=names, stdout=log, stderr=log, start_new_session=True
            )
        return self._url(PORT)


def environment(service: Service) -> Path:
    """An environment of its own for a peer, made once."""
    folder = CACHE / "bench" / service.name.lower().replace(" ", "-").replace(",", "")
    if not (folder / "made").exists():
        uv = ensure_uv()
        variables = {**os.environ, **UV_ENVIRONMENT}
        subprocess.run(
            [uv, "venv", "--clear", "--quiet", "--python", sys.executable, folder], check=True, env=variables
        )
        install = [uv, "pip", "install", "--quiet", "--python", folder / "bin/python", *MODEL_NEEDS, *service.packages]
        subprocess.run(install, check=True, env=variables)
        (folder / "made").touch()
    return folder
