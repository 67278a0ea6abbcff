"""Are the files that code reads the same: settings, lookup tables, queries, models?

A model left in an image by an old layer, or a table of categories that one side has and the
other has not, changes predictions while the code and the packages are the same. All files beside
the code, in places that the command, variables and the code point to, and on what is mounted are
compared by hash, and so are models elsewhere; what only developers' tools read is a note. Of all
other files path and size are compared.
"""

import base64
import re
import zlib
from collections.abc import Iterator
from typing import Any

from shared.compare.checks._compare import both, differences, digest, shown, unreadable
from shared.compare.checks.code import NOT_SERVING
from shared.compare.report import Finding, Severity, Snapshot, Undecided

TOOLS = re.compile(
    r"pyproject\.toml|setup\.cfg|tox\.ini|mypy\.ini|pytest\.ini|ruff\.toml|(docker-)?compose.*|requirements.*|constraints.*"
    r"|(license|licence|copying|notice|readme|changelog|authors).*|(build|version|revision|commit)[-_.].*"
    r"|package(-lock)?\.json|tsconfig.*|mkdocs\.yml|environment\.ya?ml|.*[-_.]lock(\.\w+)?|log(ging)?\.(conf|ini|json|ya?ml|toml)"
    r"|dockerfile.*|makefile|procfile|justfile|\.(docker|git)ignore|\.gitattributes|\.editorconfig|\.pre-commit.*|\.python-version"
    r"|.*\.(md|rst|ipynb|pyi|typed|c|cc|cpp|h|hpp|pyx|pxd|rs|css|js|map|html|svg|png|jpe?g|gif|ico|woff2?|pdf)"
    r"|.*\.(pem|crt|cer|key|p12|pfx|jks)|.*(credential|secret|service[-_]?account).*",
    re.IGNORECASE,
)
"""What tools, browsers and people read, and keys."""

MANY = 20
MAX_LIST = 64 << 20  # bytes of a list of files, unpacked


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare the hashes of files, what is mounted, and the list of all others."""
    yield from unreadable("files", a, b, "files")
    for side in (a, b):
        yield from _left_out(side)
    yield from _grouped([*_files(a, b), *_elsewhere(a, b)])
    if "mounts" in a.facts and "mounts" in b.facts:
        yield from _mounts(a, b)
    yield from _rest(a, b)


def _files(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    mentioned = {*(a.value("mentioned") or ()), *(b.value("mentioned") or ())}
    for path, ours, theirs in differences(a, b, "files"):
        folder, _, name = path.rpartition("/")
        risky = path in mentioned or (folder.split("/")[0] not in NOT_SERVING and not TOOLS.fullmatch(name))
        yield Finding(
            "files",
            path,
            *both(digest, ours, theirs),
            Severity.RISK if risky else Severity.NOTE,
            "code that reads it computes something else" if risky else "it is for tools, not for predictions",
            f"put one {name} in both: build them from one revision, or copy the file",
        )


def _elsewhere(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    if not (a.value("elsewhere") is None or b.value("elsewhere") is None):
        for path, ours, theirs in differences(a, b, "elsewhere"):
            if path not in (a.value("files") or {}) and path not in (b.value("files") or {}):
                why = "it looks like a model or a table, though nothing that was found points to it"
                remedy = "put one file in both, or remove it from both if nothing reads it"
                yield Finding("files", path, *both(digest, ours, theirs), Severity.RISK, why, remedy)


def _grouped(findings: list[Finding]) -> Iterator[Finding]:
    """One for each file; of a folder with many, one for all."""
    folders: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in findings:
        folders.setdefault((finding.subject.rpartition("/")[0], finding.severity, finding.why), []).append(finding)
    for (folder, severity, why), inside in folders.items():
        if len(inside) <= MANY:
            yield from inside
            continue
        counts = [
            sum(value != digest(None) for value in values)
            for values in zip(*((one.a, one.b) for one in inside), strict=True)
        ]
        names = {"files": [finding.subject for finding in inside[:MANY]]}
        remedy = "build both sides from one revision, or copy the folder"
        sides = both(lambda count: f"{count} files there", *counts)
        subject = f"{len(inside)} files in {folder or 'the folder of the code'}"
        yield Finding("files", subject, *sides, severity, why, remedy, details=names)


def _left_out(side: Snapshot) -> Iterator[Undecided]:
    rest = side.value("left_out") or {"files": 0}
    if rest["files"]:
        count, size, largest = rest["files"], rest["bytes"] / 1e9, rest["largest"]
        reason = (
            f"{count} files of {side.name}, {size:.1f} GB, were compared by size and both ends only, such as {largest}"
        )
        yield Undecided("files", reason, f"compare them by hand, with sha256sum {largest} on both sides")


def _mounts(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    for target, ours, theirs in differences(a, b, "mounts"):
        sides = both(_mount, ours, theirs)
        if sides[0] != sides[1]:
            why = "what is in it is compared file by file"
            yield Finding("files", f"mount {target}", *sides, Severity.NOTE, why, "mount the same on both sides")


def _mount(mount: Any) -> str:
    if mount is None:
        return "not mounted"
    return f"{mount['kind']}{', read-only' if mount['read_only'] else ''}"


def _rest(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """How many other files differ, by path and size."""
    ours, theirs = a.value("rest"), b.value("rest")
    if not ours or not theirs or ours["list"] == theirs["list"]:
        return
    lists = [_unpacked(side["list"]) for side in (ours, theirs)]
    differ = lists[0] ^ lists[1]
    paths = sorted({line.partition(" ")[2].strip("'\"") for line in differ})
    many = f"{len(paths):,} other {'file differs' if len(paths) == 1 else 'files differ'}"
    yield Finding(
        "files",
        many,
        *both(lambda rest: f"{rest['files']:,} files, {rest['bytes']:,} bytes", ours, theirs),
        Severity.NOTE,
        "none of them is code, a model or a setting that was found; compared by path and size",
        "build both sides from one base image",
        details={"files": [shown(path) for path in paths[:MANY]]},
    )


def _unpacked(packed: str) -> set[str]:
    content = zlib.decompressobj().decompress(base64.b85decode(packed), MAX_LIST)
    return set(content.decode().split("\n"))
