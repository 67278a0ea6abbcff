"""The service as its operator sees it: hardened, restartable, and it loses nothing when it stops."""

import json
import subprocess
import time

import docker
import pytest

from tests.lab.sandbox import ROOT, Prod

SAMPLE_REQUEST = (ROOT / "shared" / "problem" / "sample_request.json").read_text()


def run_in(engine: docker.DockerClient, prod: Prod, code: str) -> str:
    """Run Python inside the running prod container; returns its output."""
    return engine.containers.get(prod.container).exec_run(["python3", "-c", code]).output.decode()


def test_it_is_not_root_and_has_no_capabilities(prod: Prod, engine: docker.DockerClient) -> None:
    """From inside: an ordinary user, no capability, no way to gain one."""
    status = run_in(engine, prod, "print(open('/proc/self/status').read())")
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in facts["Uid"].split()
    assert {int(facts[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert facts["NoNewPrivs"] == "1"


@pytest.mark.parametrize("path", ["/app/x", "/opt/venv/x", "/artifacts/models/x", "/x"])
def test_it_cannot_write(prod: Prod, engine: docker.DockerClient, path: str) -> None:
    """From inside: neither code, packages nor models can be changed."""
    assert "Errno" in run_in(engine, prod, f"open({path!r}, 'w')")


def test_it_has_limits(prod: Prod, engine: docker.DockerClient) -> None:
    """Memory and processes are bounded."""
    limits = engine.containers.get(prod.container).attrs["HostConfig"]
    assert limits["Memory"] == 1 << 30
    assert limits["PidsLimit"] == 256


def test_it_answers_the_same_after_a_restart(own_prod: Prod, engine: docker.DockerClient) -> None:
    """The same request before and after gets the same bytes."""
    before = ask(own_prod)
    engine.containers.get(own_prod.container).restart(timeout=30)
    own_prod.compose.start()
    assert ask(own_prod) == before


def test_a_reload_keeps_answering(own_prod: Prod, engine: docker.DockerClient) -> None:
    """SIGHUP replaces the workers under load, and every request is answered."""
    with Load(own_prod, engine) as load:
        engine.containers.get(own_prod.container).kill("SIGHUP")
        time.sleep(5)
        assert ask(own_prod)
        engine.containers.get(own_prod.container).stop(timeout=30)
    assert load.counts["answered"] > 20
    assert load.counts["lost"] == []


def test_it_loses_no_accepted_request_when_it_stops(own_prod: Prod, engine: docker.DockerClient) -> None:
    """SIGTERM under load: each request over an accepted connection is answered, then connections are refused."""
    with Load(own_prod, engine) as load:
        engine.containers.get(own_prod.container).stop(timeout=30)
    assert load.counts["answered"] > 20
    assert load.counts["refused"] == load.clients
    assert load.counts["lost"] == []
    state = engine.containers.get(own_prod.container).attrs["State"]
    assert (state["ExitCode"], state["OOMKilled"]) == (0, False)


def test_its_log_is_json_with_request_ids(prod: Prod, engine: docker.DockerClient) -> None:
    """Each line of the log is a JSON object; a request's line has the ID that its sender gave."""
    with prod.client() as client:
        answer = client.post("/predict", json=json.loads(SAMPLE_REQUEST), headers={"X-Request-ID": "find-me"})
    assert answer.headers["X-Request-ID"] == "find-me"
    log = engine.containers.get(prod.container).logs().decode().splitlines()
    lines = [json.loads(line) for line in log]
    (line,) = [line for line in lines if line.get("request_id") == "find-me"]
    assert line["answer_id"] == answer.headers["Answer-ID"]
    assert (line["path"], line["status"], line["rows"]) == ("/predict", 200, 1)


def test_metrics_add_up_over_workers(own_prod: Prod) -> None:
    """However requests fall on the workers, any of them reports the sum."""
    with own_prod.client() as client:
        for _ in range(20):
            client.post("/predict", json=json.loads(SAMPLE_REQUEST), headers={"Connection": "close"})
        for _ in range(5):
            text = client.get("/metrics", headers={"Connection": "close"}).text
            rows = [
                float(line.rsplit(" ", 1)[1])
                for line in text.splitlines()
                if line.startswith("parity_predictions_total{")
            ]
            assert sum(rows) == 20
            (info,) = [line for line in text.splitlines() if line.startswith("parity_model_info{")]
            assert info.endswith(" 1.0")


def ask(prod: Prod) -> bytes:
    """The answer to the sample request."""
    with prod.client() as client:
        answer = client.post("/predict", content=SAMPLE_REQUEST, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.content


class Load:
    """Clients inside prod's network, from entry until prod refuses them; then `counts`."""

    clients = 8

    def __init__(self, prod: Prod, engine: docker.DockerClient) -> None:
        attributes = engine.containers.get(prod.container).attrs
        ((network, place),) = attributes["NetworkSettings"]["Networks"].items()
        self.command = ["docker", "run", "--rm", "--interactive", "--network", network, attributes["Image"], "python3"]
        self.arguments = ["-", place["IPAddress"], json.dumps(json.loads(SAMPLE_REQUEST))]

    def __enter__(self) -> "Load":
        with (ROOT / "tests" / "integration" / "support" / "load.py").open() as script:
            self.process = subprocess.Popen(
                [*self.command, *self.arguments], stdin=script, stdout=subprocess.PIPE, text=True
            )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "started\n"
        time.sleep(1)
        return self

    def __exit__(self, *_: object) -> None:
        output, _errors = self.process.communicate(timeout=60)
        print(output)
        self.counts = {"answered": 0, "refused": 0, **json.loads(output)}
