"""Is the current model whole, and does it give the golden answers here? Exit 0 if so."""

import logging
import logging.config
import sys

from prod import logs
from shared import artifact, golden, settings
from shared.artifact import Model
from shared.errors import ParityError
from shared.settings import Settings

log = logging.getLogger("prod")


def verified(config: Settings) -> tuple[Model, float]:
    """The current model, and the largest difference of its golden answers from those of training.

    Raises:
        ParityError: it is missing, damaged, of another contract, or gives other answers.
    """
    model = artifact.load(config.models / artifact.CURRENT)
    return model, golden.replay(model.probabilities, model.passport.golden)


def report(error: ParityError) -> int:
    """Log why a model is refused; returns the exit code."""
    log.critical(error.what, extra={"evidence": error.evidence, "remedy": error.remedy})
    return error.exit_code


def main() -> int:
    """Verify, and say in the log what was found."""
    logging.config.dictConfig(logs.CONFIG)
    try:
        model, moved = verified(settings.read())
    except ParityError as error:
        return report(error)
    passport = model.passport
    found = {
        "model_version": passport.version,
        "golden_requests": len(passport.golden.requests),
        "largest_difference": moved,
        "noise_floor": passport.golden.noise_floor,
    }
    log.info("model verified", extra=found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
