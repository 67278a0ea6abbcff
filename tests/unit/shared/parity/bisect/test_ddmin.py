"""The smallest set that shows a symptom, and what must be taken along."""

import itertools
from collections.abc import Callable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from shared.parity.bisect.ddmin import closure, ddmin

NAMES = tuple("abcdefgh")
Sets = frozenset[str]
subsets = st.frozensets(st.sampled_from(NAMES))
rules = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=2), max_size=5)


def last(shows: Callable[[Sets], bool], forced: Mapping[str, list[str]] | None = None) -> Sets:
    """The smallest set that is found; each yielded set shows the symptom, and is smaller than the one before."""
    closed = closure(forced or {})
    found = list(ddmin(NAMES, shows, closed))
    assert found[0] == frozenset(NAMES)
    assert all(
        after < before and shows(after) and closed(after) == after for before, after in itertools.pairwise(found)
    )
    return found[-1]


@given(subsets.filter(bool))
def test_exactly_the_culprits_are_found(culprits: Sets) -> None:
    """One, a pair that acts only together, or more: whatever their places."""
    assert last(lambda taken: culprits <= taken) == culprits


@given(st.lists(subsets.filter(bool), min_size=1, max_size=4), st.sets(subsets, max_size=30), rules)
def test_the_result_is_minimal_whatever_cannot_be_decided(
    causes: list[Sets], unresolved: set[Sets], forced: dict[str, list[str]]
) -> None:
    """Without any one member, and what requires that one, it does not show the symptom, or cannot be decided."""
    closed = closure(forced)

    def shows(taken: Sets) -> bool:
        whole = taken == frozenset(NAMES)
        return whole or (taken not in unresolved and any(cause <= taken for cause in causes))

    found = last(shows, forced)
    for name in found:
        fewer = closed(found - {name})
        assert fewer == found or not shows(fewer)


def test_no_set_is_tried_that_cannot_be() -> None:
    """A package goes with what it requires; that alone is tried too, and may be the culprit."""
    forced = {"a": ["h"]}
    tried: list[Sets] = []

    def shows(taken: Sets) -> bool:
        tried.append(taken)
        return "h" in taken

    assert last(shows, forced) == {"h"}
    assert all("h" in taken for taken in tried if "a" in taken)
    assert last(lambda taken: "a" in taken, forced) == {"a", "h"}
