"""What the flights' source does wrong in one month of the year that `make lifecycle` plays.

The weather station reports Celsius where Fahrenheit is agreed, in temperature and dew point alike.
"""

MONTH = "2013-07"
WORDS = "the source sends Celsius"
TABLE, TIME = "weather.csv", "time_hour"
"""The table that is broken, and its column of times."""
COLUMNS = ("temp", "dewp")


def broken(line: dict[str, str]) -> dict[str, str]:
    """A line of the table, as it is sent then; where a value is missing it stays so."""
    return {**line, **{name: _celsius(line[name]) for name in COLUMNS}}


def _celsius(text: str) -> str:
    try:
        return str(round((float(text) - 32) / 1.8, 2))
    except ValueError:
        return text
