import subprocess
import sys

PROGRAM = """
from dev import attendance
attendance.end_with_stdin()
print("fitting", flush=True)
while True:
    sum(range(1_000_000))
"""


def test_it_ends_when_standard_input_does() -> None:
    """In the middle of whatever it computes, with an exit code and an error that says why."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "fitting\n"
        _, err = process.communicate(timeout=30)  # closes it
    assert process.returncode == 129
    assert "nothing was published" in err
