import time

import pytest

from shared.errors import ParityError
from shared.image.run import TimeLimitError, run


def test_a_command_that_hangs_is_ended_at_its_time_limit() -> None:
    """Nothing waits for ever."""
    start = time.monotonic()
    with pytest.raises(ParityError, match="did not end in 0 seconds"):
        run("sleep", "30", timeout=0.2)
    assert time.monotonic() - start < 5


def test_what_it_had_printed_by_then_is_the_evidence() -> None:
    """The command line, and the last lines of both streams: where it hung, as far as it printed."""
    with pytest.raises(TimeLimitError) as caught:
        run("sh", "-c", "seq 1000; echo last words >&2; exec sleep 30", timeout=1)
    command, *lines = caught.value.evidence.splitlines()
    assert command.startswith("sh -c seq 1000;")
    assert [line.strip() for line in lines] == [*(str(n) for n in range(987, 1001)), "last words"]


def test_where_it_printed_nothing_the_evidence_says_so() -> None:
    """Not an empty line."""
    with pytest.raises(TimeLimitError) as caught:
        run("sleep", "30", timeout=0.2)
    assert caught.value.evidence == "sleep 30\n    (it printed nothing)"


def test_the_end_of_its_output_is_the_evidence() -> None:
    """The last lines say what went wrong; the first thousand do not."""
    with pytest.raises(ParityError) as caught:
        run("sh", "-c", "seq 1000 >&2; exit 3", timeout=5)
    assert caught.value.evidence.split() == [str(n) for n in range(986, 1001)]
