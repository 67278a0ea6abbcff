"""The judgement as a page."""

from dev.monitor.judge import Judgement


def html(judged: Judgement) -> str:
    """One file."""
    return f"<!doctype html><title>{judged.verdict}</title>"
