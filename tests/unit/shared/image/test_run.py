import time

import pytest

from shared.errors import ParityError
from shared.image.run import run


def test_a_command_that_hangs_is_ended_at_its_time_limit() -> None:
    """Nothing waits for ever."""
    start = time.monotonic()
    with pytest.raises(ParityError, match="did not end in 0 seconds"):
        run("sleep", "30", timeout=0.2)
    assert time.monotonic() - start < 5


def test_the_end_of_its_output_is_the_evidence() -> None:
    """The last lines say what went wrong; the first thousand do not."""
    with pytest.raises(ParityError) as caught:
        run("sh", "-c", "seq 1000 >&2; exit 3", timeout=5)
    assert caught.value.evidence.split() == [str(n) for n in range(986, 1001)]
