"""Follow the folder of models, and keep MLflow's record of them complete."""

import sys
import time

from mlflow.exceptions import MlflowException

from dev.tracking.record import Recorder
from shared import settings

POLL_SECONDS = 2


def main() -> None:
    """Look every two seconds until stopped; while the server is away nothing is lost, since the folders stay."""
    recorder = Recorder(settings.read().models)
    trouble = ""
    while True:
        try:
            for line in recorder.follow():
                print(line, flush=True)
            trouble = ""
        except (MlflowException, OSError) as error:
            if str(error) != trouble:
                trouble = str(error)
                print(f"will try again every {POLL_SECONDS} s: {trouble}", file=sys.stderr, flush=True)
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    main()
