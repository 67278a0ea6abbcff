"""Chromium in a container of its own, as `make test` provides it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docker
import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from shared.names import LABEL

PATIENCE = 10_000
"""Milliseconds, for anything the browser is asked to do."""
START_SECONDS = 30

expect.set_options(timeout=PATIENCE)


@contextmanager
def chromium(engine: docker.DockerClient, network: str = "bridge") -> Iterator[Browser]:
    """A browser on a Docker network, removed afterwards."""
    image = os.environ.get("PARITY_BROWSER")
    if not image:
        pytest.fail("PARITY_BROWSER names no image with a browser; type: make test")
    container = engine.containers.run(
        image,
        network=network,
        ports={"9222/tcp": ("127.0.0.1", None)},
        labels=dict([LABEL.split("=")]),
        detach=True,
    )
    try:
        container.reload()
        (published,) = container.ports["9222/tcp"]
        url = f"http://127.0.0.1:{published['HostPort']}"
        _await(url, container)
        with sync_playwright() as playwright:
            yield playwright.chromium.connect_over_cdp(url, timeout=PATIENCE)
    finally:
        container.remove(force=True)


def _await(url: str, container: Any) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(f"{url}/json/version", timeout=2).is_success:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > end:
            raise RuntimeError(f"the browser does not answer at {url}: {container.logs().decode()[-2000:]}")
        time.sleep(0.1)
