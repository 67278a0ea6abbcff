"""Is a package of the lock known to be vulnerable? pip-audit asks PyPI, and OSV where that cannot say."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ParityError
from shared.image import settings, wheels
from shared.image.paths import CACHE
from shared.image.run import run, say
from shared.image.venv import sync_audit

SERVICES = {"pypi": "PyPI", "osv": "OSV"}
"""In the order in which they are asked; a mirror that is named comes first."""


@dataclass(frozen=True)
class Audited:
    """What an advisory source says of so many packages: a line for each vulnerability."""

    source: str
    packages: int
    vulnerable: list[str]


def audit(groups: list[str]) -> int:
    """Print what is known of the groups' packages; 1 if any of them is vulnerable.

    Raises:
        ParityError: no source knows all packages of a group: nothing passes that was not looked up.
    """
    sync_audit()
    found = 0
    for group in groups:
        audited = examine(group)
        count = len(audited.vulnerable)
        found += count
        for line in audited.vulnerable:
            print(line)
        print(f"{group}: {count} vulnerabilities known in {audited.packages} packages ({audited.source})")
    return 1 if found else 0


def examine(group: str) -> Audited:
    """Ask about a dependency group of the lock, one source after the other, until one knows all of its packages.

    Raises:
        ParityError: none does; the evidence is the error of each.
    """
    failures = []
    for service, source in sorted(SERVICES.items(), reverse=not settings.osv_url()):
        say(f"audit: asking {source} about {group}")
        try:
            return _ask(service, group)
        except ParityError as error:
            failures.append(f"{source}: {error.evidence.splitlines()[-1].strip()}")
    raise ParityError(
        f"whether packages of {group} are vulnerable is not known: no advisory source could say",
        evidence="\n    ".join(failures),
        remedy="make audit, where pypi.org or api.osv.dev can be reached; or a mirror of the latter: PARITY_OSV_URL=…",
    )


def _ask(service: str, group: str) -> Audited:
    requirements, answer = (CACHE / f"audit.{os.getpid()}.{kind}" for kind in ("txt", "json"))
    command: list[str | Path] = [CACHE / "audit" / "bin" / "pip-audit", "--requirement", requirements, "--disable-pip"]
    command += ["--require-hashes", "--vulnerability-service", service, "--format", "json", "--output", answer]
    command += ["--progress-spinner", "off", "--cache-dir", CACHE / "audit-answers"]
    if service == "osv" and (url := settings.osv_url()):
        command += ["--osv-url", url]
    failure = None
    try:
        requirements.write_text(wheels.locked(group))
        try:
            run(*command, timeout=300, activity=f"audit: asking {SERVICES[service]}")
        except ParityError as error:  # it also fails where it finds something
            failure = error
        if not answer.exists() or not (text := answer.read_text()):
            raise failure or ParityError("pip-audit failed", evidence="it wrote no answer", remedy="")
        return judge(SERVICES[service], text)
    finally:
        for file in (requirements, answer):
            file.unlink(missing_ok=True)


def judge(source: str, answer: str) -> Audited:
    """Read pip-audit's JSON.

    Raises:
        ParityError: the source did not know a package. pip-audit itself would call that no vulnerability.
    """
    packages = json.loads(answer)["dependencies"]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    if unknown or not packages:
        first = f", {unknown[0]} the first" if unknown else ""
        evidence = f"it does not know {len(unknown)} of {len(packages)} packages{first}"
        raise ParityError(f"{source} does not know all packages", evidence=evidence, remedy="make audit")
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, "
        + (f"fixed in {', '.join(found['fix_versions'])}" if found["fix_versions"] else "not fixed yet")
        for package in packages
        for found in package["vulns"]
    ]
    return Audited(source, len(packages), lines)
