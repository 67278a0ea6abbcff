"""Rolling updates as Kubernetes does them, under load: every request answered, and a bad image stops by itself."""

import itertools
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.image import checkout, seal
from tests.lab.sandbox import ROOT, Sandbox
from tests.soak.box import BODY, fetched, say, versions
from tests.soak.cluster import REPLICAS, Cluster, Replica, replicas
from tests.soak.figure import Figure
from tests.soak.load import Load

UPDATES, REQUESTS = 20, 50_000
CLIENTS = 4
"""At each of the balancer's addresses; half of them keep their connections."""
GRACE_SECONDS = 35
"""prod/kubernetes/deployment.yaml's terminationGracePeriodSeconds."""
DEADLINE_SECONDS = 90
"""As progressDeadlineSeconds there: when an update that does not get on is given up."""
AS_ROOT = "USER root\nRUN {}\nUSER 10001:10001\n"
BAD = {
    "that the guard refuses": AS_ROOT.format("printf x >> /artifacts/models/current/model.skops"),
    "that is never ready": AS_ROOT.format("""sed -i 's/("ready", 200)/("ready", 503)/' prod/health.py"""),
    "that crashes after 5 s": 'ENTRYPOINT ["timeout", "--signal", "KILL", "5"]\n',
}


class StoppedError(Exception):
    """An update that did not get on; it says why."""


@dataclass(frozen=True)
class Loads:
    """Clients at both of the balancer's addresses."""

    loads: tuple[Load, ...]

    @property
    def asked(self) -> int:
        """How many requests were sent."""
        return sum(load.asked for load in self.loads)

    @property
    def lost(self) -> list[str]:
        """What was not answered with 200, by listener, with how often."""
        names = ("requests", "connections")
        return [
            f"{name}: {count} × {what}"
            for name, load in zip(names, self.loads, strict=True)
            for what, count in load.lost.items()
        ]

    def of_neither(self, known: set[str]) -> int:
        """Answers that no model gives."""
        return sum(count for load in self.loads for text, count in load.bodies.items() if text not in known)


def run(box: Sandbox) -> Iterator[Figure]:
    """Good updates to and fro between two models, then three bad images."""
    images = [seal.seal(box.models / version).id for version in versions(box)]
    with replicas(box, image=images[0]) as cluster:
        known = {fetched(cluster.url, "/predict", BODY)}
        yield from _good(cluster, images, known)
        for kind, lines in BAD.items():
            with _made(images[0], lines) as bad:
                yield _bad(cluster, kind, bad)


def _good(cluster: Cluster, images: list[str], known: set[str]) -> Iterator[Figure]:
    with _loaded(cluster) as loads:
        for number in range(UPDATES):
            update(cluster, images[(number + 1) % 2])
            known.add(fetched(cluster.url, "/predict", BODY))
            say(f"{number + 1} of {UPDATES} updates, {loads.asked:,} requests, not answered {loads.lost or 0}")
        _until_many(loads)
    tried = f"{UPDATES} updates of {REPLICAS} replicas, {loads.asked:,} requests"
    yield Figure("requests lost over rolling updates", tried, "; ".join(loads.lost) or "0", "0", not loads.lost)
    torn = loads.of_neither(known)
    yield Figure("answers of neither model", tried, f"{torn}", "0", not torn and len(known) == len(images))


def _bad(cluster: Cluster, kind: str, image: str) -> Figure:
    before = [replica.name for replica in cluster.replicas]
    with _loaded(cluster) as loads:
        try:
            update(cluster, image)
            why = ""
        except StoppedError as stopped:
            why = str(stopped)
        time.sleep(5)
    held = bool(why) and not loads.lost and [replica.name for replica in cluster.replicas] == before
    say(f"an image {kind}: {loads.asked:,} requests, not answered {loads.lost or 0}; stopped: {why or 'no'}")
    figure = f"{'; '.join(loads.lost) or 0} lost; {f'stopped: {why}' if why else 'not stopped'}"
    return Figure(f"an update to an image {kind}", f"1 update, {loads.asked:,} requests", figure, "0; it stops", held)


def update(cluster: Cluster, image: str) -> None:
    """Replace all replicas one by one, as a Deployment with maxSurge 1 and maxUnavailable 0 does.

    Raises:
        StoppedError: the new one did not get ready; it is gone, and those that served still do.
    """
    for old in list(cluster.replicas):
        new = cluster.start(image)
        try:
            _wait(cluster, new)
        except StoppedError:
            cluster.remove(new)
            raise
        # At once, as the kubelet and the endpoints' controller do: nobody waits for the other.
        old.signal("TERM")
        cluster.leave(old)
        ended = time.monotonic() + GRACE_SECONDS
        while old.state["Running"]:
            if time.monotonic() > ended:
                raise AssertionError(f"{old.name} did not end in {GRACE_SECONDS} s")
            time.sleep(0.2)
        cluster.remove(old)


def _wait(cluster: Cluster, new: Replica) -> None:
    """Until it is ready."""
    began = time.monotonic()
    while not cluster.joined(new):
        state = new.state
        if not state["Running"]:
            errors = [line for line in new.log().splitlines() if line.startswith("error: ")]
            why = errors[-1] if errors else f"exit code {state['ExitCode']}"
            raise StoppedError(f"it ended after {time.monotonic() - began:.0f} s, {why}")
        if time.monotonic() - began > DEADLINE_SECONDS:
            raise StoppedError(f"it was not ready after {DEADLINE_SECONDS} s")
        time.sleep(0.2)


@contextmanager
def _loaded(cluster: Cluster) -> Iterator[Loads]:
    urls = (cluster.url, cluster.connections_url)
    with Load(urls[0], CLIENTS, keep=True) as first, Load(urls[1], CLIENTS, keep=True) as second:
        yield Loads((first, second))


def _until_many(loads: Loads) -> None:
    """Wait until as many requests were sent as the figure is to be about."""
    for seconds in itertools.count():
        if loads.asked >= REQUESTS:
            return
        if seconds % 30 == 0:
            say(f"{loads.asked:,} of {REQUESTS:,} requests")
        time.sleep(1)


@contextmanager
def _made(below: str, lines: str) -> Iterator[str]:
    """An image with something wrong; gone on exit."""
    tag = f"{checkout.repository()}:bad"
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["docker", "tag", below, f"{tag}-below"], check=True, timeout=60)
        (Path(name) / "Dockerfile").write_text(f"FROM {tag}-below\n{lines}")
        command = ["docker", "build", "--quiet", "--network", "none", "--tag", tag, name]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT, timeout=300)
    checkout.record("tag", tag, f"{tag}-below")
    try:
        yield tag
    finally:
        subprocess.run(["docker", "image", "rm", "--force", tag, f"{tag}-below"], capture_output=True, timeout=60)
