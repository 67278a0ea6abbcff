"""Replicas of a sealed image behind HAProxy: joined when they are ready, as Kubernetes' endpoints are."""

import contextlib
import itertools
import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from testcontainers.compose import DockerCompose

from shared.image import base, checkout, engine, seal
from tests.lab.sandbox import ROOT, Prod, Sandbox, give_to_image_user
from tests.soak.box import say, until

REPLICAS = 3
SLOTS = range(1, 9)
"""Of a listener in haproxy.cfg."""
LISTENERS = {"requests": 8000, "connections": 8001}
CONTROL = 9000
OVERLAY = """
services:
  prod:
    image: {image}
    volumes: !override ["{predictions}:/artifacts/predictions"]
networks: {{default: !override {{name: {network}, external: true}}}}
"""


@dataclass(frozen=True)
class Replica(Prod):
    """One container of a sealed image.

    Attributes:
        name: of its Compose project, after the cluster's.
        predictions: folder of its own prediction log, on the host.
        slot: of the balancer.
    """

    name: str
    predictions: Path
    slot: int

    @property
    def state(self) -> dict[str, Any]:
        """`Running`, `ExitCode` and more."""
        return dict(self._inspected("State"))

    @property
    def address(self) -> str:
        """In the balancer's network."""
        (network,) = self._inspected("NetworkSettings")["Networks"].values()
        return str(network["IPAddress"])

    def signal(self, name: str) -> None:
        """Send a signal to its first process."""
        subprocess.run(
            ["docker", "kill", "--signal", name, self.container], check=True, capture_output=True, timeout=60
        )

    def log(self) -> str:
        """What it has written."""
        done = subprocess.run(["docker", "logs", self.container], capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    def _inspected(self, part: str) -> dict[str, Any]:
        command = ["docker", "inspect", "--format", f"{{{{json .{part}}}}}", self.container]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        return dict(json.loads(done.stdout))


@dataclass
class Cluster:
    """Replicas behind a balancer.

    Attributes:
        replicas: that are to serve, the oldest first.
    """

    box: Sandbox
    balancer: DockerCompose
    network: str
    replicas: list[Replica] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        """The balancer's address, where each request may meet another replica."""
        return self._url("requests")

    @property
    def connections_url(self) -> str:
        """Its other address, where a connection stays with one replica."""
        return self._url("connections")

    def _url(self, listener: str) -> str:
        return f"http://127.0.0.1:{self.balancer.get_service_port('balancer', LISTENERS[listener])}"

    def start(self, image: str) -> Replica:
        """Start a replica, which has no traffic before it is ready."""
        name = f"replica{next(self._numbers)}"
        predictions = self.box.folder / name
        predictions.mkdir()
        give_to_image_user(predictions)
        overlay = self.box.folder / f"{name}.yml"
        overlay.write_text(OVERLAY.format(image=image, predictions=predictions, network=self.network))
        compose = self.box.compose("prod", overlay, project=name)
        compose.wait = False
        checkout.record("project", f"{self.box.name}-{name}")
        compose.start()
        slot = next(slot for slot in SLOTS if slot not in {replica.slot for replica in self.replicas})
        replica = Replica(compose, name, predictions, slot)
        self.replicas.append(replica)
        for listener in LISTENERS:
            server = f"{listener}/pod{slot}"
            self.control(f"set server {server} weight 0")
            self.control(f"set server {server} addr {replica.address} port 8000")
            self.control(f"set server {server} state ready")
            self.control(f"set server {server} health down")  # it would begin as healthy
        return replica

    def joined(self, replica: Replica) -> bool:
        """Whether both of the balancer's listeners find it ready; it has its share of the traffic from then on."""
        states = [self.control(f"show servers state {listener}") for listener in LISTENERS]
        rows = [line.split() for text in states for line in text.splitlines()]
        ready = [row for row in rows if len(row) > 5 and row[3] == f"pod{replica.slot}" and row[5] == "2"]
        if len(ready) < len(LISTENERS):
            return False
        for listener in LISTENERS:
            self.control(f"set server {listener}/pod{replica.slot} weight 100%")
        return True

    def leave(self, replica: Replica) -> None:
        """No new request or connection goes there."""
        for listener in LISTENERS:
            self.control(f"set server {listener}/pod{replica.slot} state maint")

    def remove(self, replica: Replica) -> None:
        """Take it away, if it still runs by force."""
        self.leave(replica)
        self.replicas.remove(replica)
        replica.compose.stop()
        checkout.forget("project", f"{self.box.name}-{replica.name}")

    def control(self, command: str) -> str:
        """Say something to HAProxy (management guide, 9.3, Unix socket commands); returns what it says."""
        port = int(self.balancer.get_service_port("balancer", CONTROL) or 0)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: client.recv(65536), b"")).decode()


@contextmanager
def replicas(box: Sandbox, count: int = REPLICAS, image: str = "") -> Iterator[Cluster]:
    """Replicas that serve behind a balancer; gone on exit.

    Args:
        image: the ID of a sealed image; the box's current model is sealed if it is empty.
    """
    image = image or seal.seal(box.models / "current").id
    made = base.ensure(base.BALANCER, engine.ask())
    name = f"{box.name}-balancer"
    settings = box.folder / "balancer.env"
    settings.write_text(f"COMPOSE_PROJECT_NAME={name}\nBALANCER={made.id}\n")
    balancer = DockerCompose(ROOT, ["tests/soak/balancer/compose.yml"], env_file=[str(settings)])
    checkout.record("project", name)
    cluster = Cluster(box, balancer, f"{name}_default")
    try:
        balancer.start()
        for _ in range(count):
            cluster.start(image)
        until(lambda: all(cluster.joined(replica) for replica in cluster.replicas))
        say(f"{count} replicas behind {cluster.url}")
        yield cluster
    finally:
        for replica in list(cluster.replicas):
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                cluster.remove(replica)
        balancer.stop()
        checkout.forget("project", name)
