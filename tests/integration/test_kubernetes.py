"""prod/kubernetes says what compose.prod.yml says, Kubernetes understands it, and its Pod runs with a sealed image."""

import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.image import build, seal, venv
from tests.integration.support import pods
from tests.integration.support.gate import Images, judged, parity
from tests.lab.sandbox import ROOT, Sandbox

TOOLS = ROOT / ".cache" / "kubernetes" / "bin"
VERSIONS = ("1.25", "1.37")
"""The oldest and the newest schema of kubernetes-validate."""
COMPONENT = pods.FOLDER / "components" / "argo-rollouts"
BYTES = {"Mi": 1 << 20, "Gi": 1 << 30}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The service of compose.prod.yml, as Compose understands it."""
    command = ["docker", "compose", "--file", "compose.prod.yml", "--env-file", "/dev/null", "config", "--format=json"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PARITY_")}
    done = subprocess.run(
        command, cwd=ROOT, env={**env, "PARITY_IMAGE": "image"}, check=True, capture_output=True, timeout=60
    )
    return dict(json.loads(done.stdout)["services"]["prod"])


@pytest.fixture
def spec() -> dict[str, Any]:
    """That of the Pods."""
    return dict(pods.deployment()["spec"]["template"]["spec"])


@pytest.fixture
def container(spec: dict[str, Any]) -> dict[str, Any]:
    """The only one of a Pod."""
    (one,) = spec["containers"]
    return dict(one)


def size(text: str) -> int:
    """Bytes."""
    return int(text[:-2]) * BYTES[text[-2:]]


def test_it_runs_as_compose_runs_it(compose: dict[str, Any], spec: dict[str, Any], container: dict[str, Any]) -> None:
    """The same command, user, variables and port; the sealed image brings the image's ID itself."""
    assert container["command"] == compose["command"]
    user = spec["securityContext"]
    assert f"{user['runAsUser']}:{user['runAsGroup']}" == compose["user"]
    assert user["runAsNonRoot"]
    variables = {each["name"]: each["value"] for each in container["env"] if "value" in each}
    ours = {name: value for name, value in compose["environment"].items() if value is not None}
    hosts = variables.pop("PARITY_HOSTS").split(",")
    assert ours.pop("PARITY_HOSTS") in hosts
    assert ours.pop("PARITY_IMAGE") == "image"
    assert variables == ours
    assert [port["containerPort"] for port in container["ports"]] == [port["target"] for port in compose["ports"]]
    assert spec["dnsConfig"]["nameservers"] == compose["dns"]


def test_it_may_do_no_more_than_under_compose(
    compose: dict[str, Any], spec: dict[str, Any], container: dict[str, Any]
) -> None:
    """Files, capabilities, privileges, memory, processor time; and it can write where it can there, but for models."""
    limits, context = container["resources"]["limits"], container["securityContext"]
    assert context["readOnlyRootFilesystem"] is compose["read_only"]
    assert context["capabilities"] == {"drop": compose["cap_drop"]}
    assert ("no-new-privileges:true" in compose["security_opt"]) is not context["allowPrivilegeEscalation"]
    assert spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    assert size(limits["memory"]) == int(compose["mem_limit"])
    assert float(limits["cpu"]) == int(compose["cpu_quota"]) / int(compose["cpu_period"])
    volumes = {volume["target"] for volume in compose["volumes"]} - {"/artifacts/models"}
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == volumes | {*compose["tmpfs"]}
    assert all("emptyDir" in volume for volume in spec["volumes"])


def test_it_has_the_time_to_start_and_to_end(
    compose: dict[str, Any], spec: dict[str, Any], container: dict[str, Any]
) -> None:
    """The guard's, and the drain's; a probe does not end what drains."""
    pause = int(container["lifecycle"]["preStop"]["exec"]["command"][-1])
    assert spec["terminationGracePeriodSeconds"] == pause + int(compose["stop_grace_period"].removesuffix("s"))
    gunicorn = (ROOT / "prod" / "gunicorn.conf.py").read_text()
    assert spec["terminationGracePeriodSeconds"] > pause + number(r"^graceful_timeout = (\d+)$", gunicorn)
    start, live = container["startupProbe"], container["livenessProbe"]
    guard = number(r"^SECONDS = (\d+)$", (ROOT / "prod" / "apart.py").read_text())
    assert start["periodSeconds"] * start["failureThreshold"] > guard
    assert pods.deployment()["spec"]["progressDeadlineSeconds"] > start["periodSeconds"] * start["failureThreshold"]
    assert live["httpGet"]["path"] == "/health"
    assert {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe")} == {"/ready"}


def test_a_sealed_image_alone_runs_as_compose_runs_it(compose: dict[str, Any]) -> None:
    """For who runs it with nothing but its digest."""
    dockerfile = (ROOT / "shared" / "image" / "Dockerfile.sealed").read_text()
    assert f"CMD {json.dumps(compose['command'])}\n" in dockerfile
    assert f"OMP_NUM_THREADS={compose['environment']['OMP_NUM_THREADS']} " in dockerfile


def test_the_soak_finds_ready_what_kubernetes_does(container: dict[str, Any]) -> None:
    """Its balancer asks as often, and wants as many answers."""
    ready = container["readinessProbe"]
    expected = f"inter {ready['periodSeconds']}s rise {ready['successThreshold']} fall {ready['failureThreshold']} "
    assert expected in (ROOT / "tests" / "soak" / "balancer" / "haproxy.cfg").read_text()


def number(pattern: str, text: str) -> int:
    """The one that a line has."""
    (found,) = re.findall(pattern, text, re.MULTILINE)
    return int(found)


# What needs tools of its own, or minutes.


@pytest.fixture(scope="module")
def kustomize(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a user's own, with images by digest and the component."""
    venv.sync_kubernetes()
    folder = tmp_path_factory.mktemp("yours")
    bases = [os.path.relpath(each, folder.resolve()) for each in (pods.FOLDER, COMPONENT)]
    images = [
        {"name": f"registry.invalid/{name}", "newName": f"registry.example.org/{name}", "digest": f"sha256:{'a' * 64}"}
        for name in ("prod", "replay")
    ]
    content = {"resources": bases[:1], "components": bases[1:], "images": images}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(content))
    return folder


def rendered(folder: Path) -> str:
    """What kubectl makes of it."""
    command = [TOOLS / "kubectl", "kustomize", folder]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def validated(path: Path, version: str) -> subprocess.CompletedProcess[str]:
    """Against the schemas of a version of Kubernetes."""
    command = [TOOLS / "kubernetes-validate", "--strict", "-k", version, path]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_understands_it(kustomize: Path, tmp_path: Path, version: str) -> None:
    """Every object; and a probe whose name is misspelled is seen."""
    text = rendered(pods.FOLDER)
    path = tmp_path / "rendered.yaml"
    path.write_text(text)
    done = validated(path, version)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(pods.documents(text)) == (done.stdout + done.stderr).count(f" against version {version}") == 4
    path.write_text(text.replace("readinessProbe", "readynessProbe"))
    done = validated(path, version)
    assert done.returncode == 1
    assert "readynessProbe" in done.stdout + done.stderr


@pytest.mark.slow
def test_images_are_set_by_digest_and_names_are_put_together(kustomize: Path) -> None:
    """Also those of the component; a variable comes after the one that is part of it, or it would keep its name."""
    made = pods.documents(rendered(kustomize))
    spec = made["Deployment/prod"]["spec"]["template"]["spec"]["containers"][0]
    job = made["AnalysisTemplate/prod-replay"]["spec"]["metrics"][0]["provider"]["job"]["spec"]["template"]["spec"]
    images = [spec["image"], job["containers"][0]["image"]]
    assert images == [f"registry.example.org/{name}@sha256:{'a' * 64}" for name in ("prod", "replay")]
    names = [each["name"] for each in spec["env"]]
    assert names.index("NAMESPACE") < names.index("PARITY_HOSTS")
    hosts = spec["env"][names.index("PARITY_HOSTS")]["value"].split(",")
    strategy = made["Rollout/prod"]["spec"]["strategy"]["blueGreen"]
    assert {strategy["activeService"], strategy["previewService"]} <= {*hosts}
    assert strategy["prePromotionAnalysis"]["templates"] == [{"templateName": "prod-replay"}]


@pytest.fixture(scope="module")
def sealed(trained: Sandbox) -> Iterator[seal.Sealed]:
    """The tests' model, sealed; the image is gone afterwards."""
    made = seal.seal(trained.models / "current")
    yield made
    subprocess.run(["docker", "image", "rm", "--force", made.tag], check=True, capture_output=True, timeout=60)


@pytest.mark.slow
def test_an_image_and_a_model_give_one_id(
    sealed: seal.Sealed, copied: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever it is made, from whatever copy of them, and without a cache."""
    built = build.docker_build
    monkeypatch.setattr(build, "docker_build", lambda *words, **names: built(*words, "--no-cache", **names))
    assert seal.seal(copied.models / "current").id == sealed.id


@pytest.mark.slow
def test_the_gate_and_the_lineage_take_it_as_it_is(sealed: seal.Sealed, made: Images, trained: Sandbox) -> None:
    """It is the image, and has the model's passport."""
    code, report = judged("gate", made.ours, f"image:{sealed.id}", "--model", trained.models / "current")
    assert code == 0, report
    lineages = [
        parity("lineage", which, "--format", "json") for which in (f"image:{sealed.id}", trained.models / "current")
    ]
    inside, outside = (json.loads(done.stdout) for done in lineages)
    assert inside["version"] == sealed.model
    assert inside["inputs"] == outside["inputs"]
    done = parity("lineage", made.ours)
    assert done.returncode == 2
    assert "has no model" in done.stderr


@pytest.mark.slow
def test_another_model_is_not_served_in_its_place(sealed: seal.Sealed, trained: Sandbox, tmp_path: Path) -> None:
    """What is mounted over it is seen."""
    command = ["docker", "run", "--rm", "--network=none", "--read-only", "--tmpfs=/tmp"]
    command += [f"--volume={tmp_path}:/artifacts/models:ro", sealed.id, "python3", "-m", "prod.guard"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert f"expected {sealed.model}" in done.stderr


@pytest.fixture
def podman(tmp_path: Path) -> Iterator[pods.Podman]:
    """Podman, if it can be used here."""
    if why := pods.unusable():
        pytest.skip(why)
    return pods.Podman(tmp_path)


def free_port() -> int:
    """One of loopback's."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


@pytest.mark.slow
def test_the_pod_answers_as_its_model_should(podman: pods.Podman, sealed: seal.Sealed, trained: Sandbox) -> None:
    """Hardened as it is written; what must not matter does not, and one worker runs for each CPU of the limit."""
    port = free_port()
    image = podman.load(sealed.id)
    try:
        with podman.play(pods.pod(image, port)) as container:
            until(lambda: listens(port))
            done = parity("replay", f"http://127.0.0.1:{port}", "--model", trained.models / "current")
            assert done.returncode == 0, done.stdout + done.stderr
            assert podman.run("logs", container).count("worker serves") == 2
            host = json.loads(podman.run("inspect", container))[0]["HostConfig"]
            assert (host["ReadonlyRootfs"], host["Memory"], host["CpuQuota"]) == (True, 1 << 30, 200_000)
            assert podman.run("exec", container, "sh", "-c", "grep -h CapEff /proc/1/status").split()[1] == "0" * 16
    finally:
        podman.run("image", "rm", "--force", image)


@pytest.mark.slow
def test_a_pod_with_a_broken_model_never_listens(podman: pods.Podman, sealed: seal.Sealed, made: Images) -> None:
    """The guard says why."""
    broken = made.layer(
        "USER root", "RUN printf x >> /artifacts/models/current/model.skops", "USER 10001:10001", base=sealed.tag
    )
    port = free_port()
    image = podman.load(broken.removeprefix("image:"))
    try:
        with podman.play(pods.pod(image, port)) as container:
            code = podman.run("wait", container)
            assert not listens(port)
            assert code.strip() == "1"
            assert "model.skops is damaged" in podman.run("logs", container)
    finally:
        podman.run("image", "rm", "--force", image)


def listens(port: int) -> bool:
    """Whether anything answers there."""
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=1)) as client:
            client.sendall(b"GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return client.recv(16).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def until(true: Any) -> None:
    """Wait for what takes seconds."""
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.5)
