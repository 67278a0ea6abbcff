"""How far is the compiled scorer from the pipeline? Measured on a million rows drawn from the current model's columns.

Values of training, both sides of every threshold, missing ones where a column may lack them, unseen categories; in
parts, so that memory is bounded. A minute of one CPU; needs a model:

    docker compose -f compose.dev.yml run --rm -T -e OMP_NUM_THREADS=1 dev python3 - < tests/benchmarks/scorers.py
"""

from shared import artifact, scorer, settings

ROWS, PART = 1_000_000, 20_000


def main() -> None:
    """Print the largest difference."""
    contents = artifact.read(settings.read().models / artifact.CURRENT)
    fast, pipeline = artifact.compiled_scorer(contents), artifact.scorer(contents, scorer.PIPELINE)
    seen = contents.passport.distribution.columns
    largest = max(
        scorer.apart(fast, pipeline, scorer.draw(fast.form, seen, PART, seed)) for seed in range(ROWS // PART)
    )
    floor = contents.passport.golden.noise_floor
    print(f"{contents.passport.version}: {ROWS:,} rows, {largest:.1e} apart at most; the noise floor is {floor:.1e}")


if __name__ == "__main__":
    main()
