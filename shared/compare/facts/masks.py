"""Secrets, which are never recorded: by the name of a variable, and by what a value looks like."""

from __future__ import annotations

import re

NOT_RECORDED = "set, not recorded: it looks like a secret"
MASK = "***"

NAMES = re.compile(
    r"SECRET|TOKENS?(_|$)|PASSW|PASSPHRASE|(^|_)(PASS|PWD|PIN|DSN|SALT)(_|$)|CREDENTIAL|KEY(_|$|ID)"
    r"|PRIVATE|AUTH|COOKIE|SIGNATURE|WEBHOOK",
    re.IGNORECASE,
)

WHOLE = re.compile(
    r"-----BEGIN|^(Bearer|Basic) |(^|[\s=:,;\"'])(eyJ[\w-]{5,}\.?|sk[-_](live_|test_|ant-|proj-)?[\w-]{3,}|rk_live_\w+"
    r"|gh[pousr]_\w+|github_pat_\w+|glpat-[\w-]+|xox[abeprs]-[\w-]+|AKIA[A-Z0-9]{6,}|ASIA[A-Z0-9]{6,}|AIza[\w-]{10,}|SG\.[\w-]{10,}"
    r"|hf_\w{8,}|npm_\w{10,}|pypi-\w{10,}|dop_v1_\w+|shpat_\w+|ya29\.[\w-]+)"
)
"""Keys and tokens by their beginning."""

PARTS = (
    (re.compile(r"://[^/\s@]*@"), f"://{MASK}@"),
    (re.compile(r"([?&][^=\s&#]+)=[^&\s#\"']+"), rf"\1={MASK}"),
    (
        re.compile(
            r"(https?://[^/\s]*(?:hooks?|webhook)[^/\s]*|https?://[^\s]*?/(?:api/)?(?:web)?hooks?)/[^\s\"']+", re.I
        ),
        rf"\1/{MASK}",
    ),
    (
        re.compile(
            r"((?:[\w.-]|\b(?:User|Shared|Access|Account) )*(?:passw(?:or)?d|pwd|passphrase|secret|token|signature"
            r"|(?:api|access|account|private|shared|storage)[ _-]?(?:access[ _-]?)?key|\bsig)\w*[\"']?\s*[=:]\s*)"
            r"(\"[^\"]*\"|'[^']*'|[^;,&\s\"']+)",
            re.I,
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(--?[\w-]*(?:passw(?:or)?d|secret|token|key)[\w-]*)\s+[^\s-]\S*", re.I), rf"\1 {MASK}"),
)
"""Parts of a value that are secret: user and password of a URL, its query, web hooks, fields of connection strings."""


def value(name: str, text: str) -> str:
    """The value of a variable as it may be recorded."""
    return NOT_RECORDED if NAMES.search(name) else masked(text)


def incomplete(recorded: str | None) -> bool:
    """Whether a recorded value lacks something secret."""
    return recorded == NOT_RECORDED or MASK in (recorded or "")


def masked(text: str) -> str:
    """A text without what looks like a secret in it."""
    if WHOLE.search(text):
        return NOT_RECORDED
    for pattern, replacement in PARTS:
        text = pattern.sub(replacement, text)
    return text
