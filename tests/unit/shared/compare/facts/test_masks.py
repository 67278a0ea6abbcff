"""Secrets are known by their names and by their values; what is none is recorded."""

import pytest

from shared.compare.facts import (
    masks,
)


def test_words_that_look_like_secrets_and_are_none() -> None:
    """A secret's name differs from settings with a similar one, whose difference must be seen."""
    for name in ("SIGNAL_THRESHOLD", "TOKENIZERS_MODEL", "FEATURE_KEYS", "MODEL_COMPASS", "PARITY_SPINDLES"):
        assert not masks.NAMES.search(name), name


SECRETS = [
    "Server=tcp:db;User ID=sa;Password=hunter21;Encrypt=true",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hunter21==;EndpointSuffix=x",
    "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=hunter21=",
    "postgresql://joe:hunter21@db/rates",
    "https://bucket/model?X-Amz-Signature=hunter21",
    "https://hooks.slack.com/services/T0/B0/hunter21",
    "https://discord.com/api/webhooks/1/hunter21",
    "host=db password='hunter21 x' dbname=rates",
    '{"user": "joe", "password": "hunter21"}',
    "api_key: hunter21",
    "--token hunter21",
    "Bearer hunter21",
    "xoxb-hunter21",
    "ghp_hunter21",
    "sk-proj-hunter21",
]


@pytest.mark.parametrize("value", SECRETS)
def test_secrets_are_masked_by_value(value: str) -> None:
    """In connection strings, URLs, web hooks, options and tokens; what is left says where it belongs."""
    assert "hunter21" not in masks.masked(value)
    assert masks.incomplete(masks.masked(value))


@pytest.mark.parametrize(
    "value", ["0.35", "/models/7", "postgresql://db/rates", "sk", "tokens.json", "a=1;b=2", "monkey", "-k 3"]
)
def test_other_values_are_recorded_as_they_are(value: str) -> None:
    """A difference in them must be seen."""
    assert masks.masked(value) == value
