"""Delta debugging: Zeller and Hildebrandt's ddmin (IEEE TSE 28(2), 2002), where some sets cannot be tried apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence


def ddmin(
    members: Sequence[str],
    shows: Callable[[frozenset[str]], bool],
    closed: Callable[[frozenset[str]], frozenset[str]] = lambda subset: subset,
) -> Iterator[frozenset[str]]:
    """Make a set that shows something smaller, as long as it goes on showing it.

    Args:
        members: all of which together show it; neighbours are tried together.
        shows: whether a subset shows it; where it cannot be decided, it does not. The empty set does not.
        closed: the smallest set that can be tried and has the subset in it; monotone.

    Yields:
        sets that show it, every one a proper subset of the one before, so that a caller who runs out of
        time keeps the last. The very last is 1-minimal: without any one of its members, and what
        cannot be tried without that one, it no longer shows it.
    """
    current, parts = list(members), 2
    yield frozenset(current)
    while len(current) > 1:
        pieces = [frozenset(current[len(current) * n // parts : len(current) * (n + 1) // parts]) for n in range(parts)]
        rests = [frozenset(current) - piece for piece in pieces] if parts > 2 else []  # of two, one is the other's
        for tried, next_parts in [(piece, 2) for piece in pieces] + [(rest, parts - 1) for rest in rests]:
            subset = closed(tried)
            if len(subset) < len(current) and shows(subset):
                current, parts = [member for member in current if member in subset], max(2, next_parts)
                yield frozenset(current)
                break
        else:
            if parts >= len(current):
                return
            parts = 2 * parts
        parts = min(parts, len(current))


def closure(forced: Mapping[str, Sequence[str]]) -> Callable[[frozenset[str]], frozenset[str]]:
    """A function that adds to a set all that its members force, at any remove."""

    def closed(names: frozenset[str]) -> frozenset[str]:
        reached: set[str] = set()
        queue = list(names)
        while queue:
            name = queue.pop()
            if name not in reached:
                reached.add(name)
                queue += forced.get(name, ())
        return frozenset(reached)

    return closed
