"""Values of command lines that several programs take."""

import argparse


def count(text: str) -> int:
    """How many, at least one; for `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: it is fewer.
        ValueError: it is no whole number.
    """
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {number}")
    return number
