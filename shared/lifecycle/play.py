"""The loop: serve a month, learn the truth, ask the monitor, retrain when it says so, reload; on the host."""

import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from shared.errors import ParityError
from shared.lifecycle.traffic import Hour, Traffic, TrafficError, send_outcomes
from shared.lifecycle.year import held_out
from shared.passport import CURRENT

TRAIN_SECONDS, MONITOR_SECONDS, FEED_SECONDS = 600, 300, 300
INSIDE = "/artifacts"
"""The folder, as containers see it."""
_started = time.monotonic()


class PlayError(ParityError):
    """The data do not have the months that are to be played."""


class Containers(Protocol):
    """Dev and prod, as `shared.lifecycle.containers` runs them."""

    def dev(self, module: str, *words: str, timeout: float, codes: Collection[int] = (0,)) -> str:
        """Run a module in the dev container; returns its stdout."""

    def serve(self) -> str:
        """Start prod; returns its address."""

    def verify(self) -> None:
        """Have prod's guard examine the current model."""

    def alive(self, what: str, how_far: Callable[[], str]) -> AbstractContextManager[None]:
        """Say every few seconds that `what` still runs, and how far it is."""

    def reload(self, url: str, version: str) -> None:
        """Have prod at that address load the current model, of that version; returns when all workers have."""


@dataclass(frozen=True)
class Month:
    """What happened in one month.

    Attributes:
        requests, failed: sent to prod, and without a good answer; `failures` are the first reasons.
        reloading: requests that were answered while prod changed models; None if it did not.
        answered: rows by model version.
        verdict, why, next: the monitor's.
        outcome: what the loop did then.
    """

    month: str
    corrupted: bool
    rows: int
    requests: int
    failed: int
    failures: Sequence[str]
    reloading: int | None
    answered: dict[str, int]
    verdict: str
    why: str
    next: str
    outcome: str
    seconds: float


@dataclass
class Loop:
    """The state that months hand on.

    Attributes:
        folder: what the containers see as /artifacts.
        rows: of a month, if not all.
        first: how many months are only learned from.
        known: the months of the data.
        without: months that were skewed: what was logged then is set aside, and never learned from.
    """

    containers: Containers
    folder: Path
    first: int
    rows: int | None
    corrupt: str | None
    without: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    first_version: str = ""
    known: list[str] = field(default_factory=list)

    def play(self, count: int | None = None) -> Iterator[Month]:
        """Train on the first months, serve, and go on, month by month; for so many months, all if None.

        Raises:
            ParityError: rows have no time, or there are no months after the first.
        """
        say_stage("writing months as requests")
        feed = ("--folder", f"{INSIDE}/months", "--list", *self._option("--rows", self.rows))
        self.known = json.loads(self.containers.dev("dev.lifecycle.feed", *feed, timeout=FEED_SECONDS))
        months = self.known[self.first :][:count]
        if not months or self.corrupt not in (None, *self.known):
            raise PlayError(
                f"there is no month {self.corrupt}" if months else f"no month is left to play after {self.first}",
                evidence=f"the data have {self.known[0]} to {self.known[-1]}",
                remedy="make lifecycle with other --first, --months or --corrupt in ARGS",
            )
        say_stage(f"training on the first {self.first} months")
        self._train(self.known[self.first - 1])
        say_stage("starting prod")
        url, before = self.containers.serve(), self.current
        self.first_version = before
        for number, month in enumerate(months):
            began, since = time.monotonic(), dt.datetime.now(dt.UTC)
            traffic, reloading = self._serve(url, month, None if before == self.current else self.current)
            before = self.current
            say_stage(f"{month}: asking the monitor")
            judgement = self._monitor(since)
            say_stage(f"{month}: {judgement['verdict']}: {judgement['summary']}")
            last = number == len(months) - 1
            outcome = self._act(month, judgement["verdict"], since, last=last)
            yield Month(
                month,
                month == self.corrupt,
                sum(len(answer.hour.instances) for answer in traffic.answers),
                len(traffic.answers),
                len(traffic.failures),
                traffic.failures[:3],
                reloading,
                dict(traffic.rows),
                judgement["verdict"],
                judgement["summary"],
                judgement["next"],
                outcome,
                time.monotonic() - began,
            )

    @property
    def current(self) -> str:
        """Version of the published model."""
        return (self.folder / "models" / CURRENT).readlink().name

    def _serve(self, url: str, month: str, awaited: str | None) -> tuple[Traffic, int | None]:
        """Ask for all rows of a month, with a reload meanwhile if a model waits for one; then tell the truth."""
        lines = (self.folder / "months" / f"{month}.jsonl").read_text().splitlines()
        hours = [Hour(**json.loads(line)) for line in lines]
        say_stage(f"{month}: serving {sum(len(hour.outcomes) for hour in hours):,} rows in {len(hours)} requests")
        reloading = None
        if awaited:
            self.containers.verify()
        traffic = Traffic(url, hours, awaited)
        progress = self.containers.alive(
            f"lifecycle: serving {month}", lambda: f"{len(traffic.answers)} of {len(hours)} requests"
        )
        with progress, traffic:
            since = time.monotonic()
            if awaited:
                self.containers.reload(url, awaited)
        if awaited:
            reloading = traffic.until(awaited, since)
            say_stage(f"{month}: reloaded to {awaited} under {reloading} requests, {len(traffic.failures)} failed")
        if len(traffic.answers) < len(hours):
            raise TrafficError(
                f"{len(traffic.failures)} of {len(traffic.answers)} requests failed in {month}",
                evidence=traffic.failures[-1],
                remedy="make lifecycle again; make doctor",
            )
        send_outcomes(url, traffic.answers)
        return traffic, reloading

    def _monitor(self, since: dt.datetime) -> dict[str, Any]:
        """The monitor's judgement of what was logged since."""
        words = ("--format", "json", "--since", since.isoformat())
        aside = [word for period in self.aside for word in ("--without", period)]
        judgement: dict[str, Any] = json.loads(
            self.containers.dev("dev.monitor", *words, *aside, timeout=MONITOR_SECONDS, codes=(0, 1))
        )
        return judgement

    def _act(self, month: str, verdict: str, since: dt.datetime, *, last: bool) -> str:
        """Retrain, or set the month aside, or neither; returns what was done."""
        if verdict == "skew":
            self.without.append(month)
            self.aside.append(f"{since.isoformat()}/{dt.datetime.now(dt.UTC).isoformat()}")
            return "not retrained; the month is left out of later training"
        if verdict != "retrain":
            return "nothing to do"
        if last:
            return "no month is left to retrain for"
        say_stage(
            f"{month}: retraining on all months so far" + "".join(f", without {skewed}" for skewed in self.without)
        )
        before = self.current
        self._train(month)
        return f"retrained: {self.current}" if self.current != before else "retrained, but no better: not published"

    def _train(self, month: str) -> None:
        """On all that is known at the end of a month."""
        sample = self.rows and self.rows * (self.known.index(month) + 1)
        without = [word for skewed in self.without for word in ("--without", skewed)]
        options = ("--test", held_out(month), *self._option("--sample", sample), *without)
        self.containers.dev("dev.train", *options, timeout=TRAIN_SECONDS)

    @staticmethod
    def _option(name: str, value: int | None) -> tuple[str, ...]:
        return () if value is None else (name, str(value))


def say_stage(text: str) -> None:
    """A line of progress, with the time since the start."""
    print(f"[{time.monotonic() - _started:5.1f} s] {text}", file=sys.stderr, flush=True)
