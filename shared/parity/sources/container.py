"""Hold of the container behind a URL: restart it, and start another with the same settings.

The docker command line does it, wherever the engine is. It has no word for "like that one": for this, what it says of
the container goes back to the engine (Docker Engine API, `POST /containers/create`), through `docker system
dial-stdio`, as the command line itself reaches an engine over SSH.
"""

import http.client
import json
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlsplit

from shared.names import LABEL
from shared.parity.sources import clock, docker
from shared.parity.sources.docker import TIMEOUT_SECONDS, DockerError
from shared.parity.sources.environment import Environment

LOG_LINES = 3
SOABI = "import sysconfig; print(sysconfig.get_config_var('SOABI'))"


class StoppedError(DockerError):
    """A container does not run any more."""


@dataclass(frozen=True)
class ServiceContainer:
    """A container that publishes a service.

    Attributes:
        name: its name or ID.
        given: a URL of the service, right but for its port, which may change when the container starts.
        port: of the service inside, such as 8000/tcp.
    """

    name: str
    given: str
    port: str

    @classmethod
    def behind(cls, url: str, name: str) -> "ServiceContainer":
        """The container of that name, which publishes that URL.

        Raises:
            DockerError: there is no such container, or it publishes another.
        """
        ports = _inspect(name)["NetworkSettings"]["Ports"] or {}
        for port, bindings in ports.items():
            if any(binding["HostPort"] == str(urlsplit(url).port) for binding in bindings or ()):
                return cls(name, url, port)
        published = [binding["HostPort"] for bindings in ports.values() for binding in bindings or ()]
        raise DockerError(
            f"container {name} is not behind {url}",
            evidence=f"it publishes {', '.join(published) or 'no port'}",
            remedy="docker container ls names the containers and what they publish",
        )

    def url(self) -> str:
        """Where the service is now.

        Raises:
            StoppedError: the container does not run.
        """
        bindings = (_inspect(self.name)["NetworkSettings"]["Ports"] or {}).get(self.port)
        if not bindings:
            self.check()
            raise DockerError(f"container {self.name} publishes nothing", evidence=self.port, remedy="docker ps")
        parts = urlsplit(self.given)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return parts._replace(netloc=f"{host}:{bindings[0]['HostPort']}").geturl()

    def restart(self) -> None:
        """Stop it as it wants to be stopped, and start it."""
        docker.run("container", "restart", self.name)

    def check(self) -> None:
        """Nothing, if it runs.

        Raises:
            StoppedError: it does not; the end of its log is the evidence.
        """
        state = _inspect(self.name)["State"]
        if not state["Running"]:
            log = docker.run("container", "logs", "--tail", str(LOG_LINES), self.name).strip()
            what = f"the container ended with exit code {state['ExitCode']}"
            raise StoppedError(what, evidence=log or "it printed nothing", remedy=f"docker logs {self.name}")

    def abi(self) -> str:
        """Which extension modules its Python takes, such as cpython-313-x86_64-linux-gnu."""
        return Environment("container", self.name).python(["-c", SOABI], task="asking for its ABI").strip()

    @contextmanager
    def copy(self, files: bytes | None) -> Iterator["ServiceContainer"]:
        """Another with the same image, command, environment, mounts, user, limits and network; gone on exit.

        It publishes the service alone, on a port of its own, and bears no name that others know.

        Args:
            files: a tar archive to unpack where Python looks for modules first.
        """
        inspected = _inspect(self.name)
        name = f"parity-replay-{uuid.uuid4().hex}"
        _create(name, self._like(inspected, bool(files)))
        try:
            if files:
                docker.run("container", "cp", "-", f"{name}:{clock.FOLDER}", given=files)
            docker.run("container", "start", name)
            yield ServiceContainer(name, self.given, self.port)
        finally:
            docker.run("container", "rm", "--force", "--volumes", name)

    def _like(self, inspected: dict[str, Any], files: bool) -> dict[str, Any]:
        config, host = dict(inspected["Config"]), dict(inspected["HostConfig"])
        config.pop("MacAddress", None)  # no two in one network
        label, _, value = LABEL.partition("=")
        config.update(Image=inspected["Image"], Labels={label: value})  # without those by which Compose knows its own
        address = (host["PortBindings"] or {}).get(self.port) or [{"HostIp": ""}]
        host["PortBindings"] = {self.port: [{"HostIp": address[0]["HostIp"], "HostPort": ""}]}
        host.update(PublishAllPorts=False, AutoRemove=False, RestartPolicy={"Name": "no"}, ContainerIDFile="")
        if files:
            # A volume, since nothing can be copied into a container that is read-only.
            config["Volumes"] = {**(config.get("Volumes") or {}), clock.FOLDER: {}}
            path = [each.partition("=")[2] for each in config["Env"] or () if each.startswith("PYTHONPATH=")]
            config["Env"] = [*(config["Env"] or ()), "PYTHONPATH=" + ":".join([clock.FOLDER, *filter(None, path)])]
        return {**config, "HostConfig": host}


def _inspect(name: str) -> dict[str, Any]:
    return dict(json.loads(docker.run("container", "inspect", name))[0])


class _Stream:
    """What `http.client` needs of a socket."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def makefile(self, *_: Any) -> IO[bytes]:
        return self._stream


def _create(name: str, settings: dict[str, Any]) -> None:
    body = json.dumps(settings).encode()
    head = (
        f"POST /containers/create?name={name} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with subprocess.Popen(
        ["docker", "system", "dial-stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        limit = threading.Timer(TIMEOUT_SECONDS, process.kill)
        limit.start()
        try:
            if process.stdin and process.stdout:  # always; the types do not know
                process.stdin.write(head.encode() + body)
                process.stdin.flush()  # and not closed: to the engine that would be a client that has gone
                response = http.client.HTTPResponse(_Stream(process.stdout))  # type: ignore[arg-type]
                response.begin()
                reply = json.loads(response.read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            evidence = str(error) or type(error).__name__
            raise DockerError("the container could not be copied", evidence=evidence, remedy="docker info") from error
        finally:
            limit.cancel()
            process.kill()
    if response.status != 201:
        raise DockerError("the container could not be copied", evidence=str(reply), remedy="docker info")
