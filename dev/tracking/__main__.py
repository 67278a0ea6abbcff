"""Follow the folder of models, and record every new one in MLflow."""

import sys
import time

from mlflow.exceptions import MlflowException

from dev.tracking.record import RunRecorder
from shared import settings

POLL_SECONDS = 2


def main() -> None:
    """Poll until stopped; while the server is down nothing is lost, since the folders stay."""
    recorder = RunRecorder(settings.read().models)
    last = ""
    while True:
        try:
            for line in recorder.follow():
                print(line, flush=True)
            last = ""
        except (MlflowException, OSError) as error:
            if str(error) != last:
                last = str(error)
                print(f"will retry every {POLL_SECONDS} s: {last}", file=sys.stderr, flush=True)
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
