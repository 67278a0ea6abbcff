"""The source names airlines by the number that the US Department of Transportation has given them."""

NUMBERS = {
    "9E": 20363,
    "AA": 19805,
    "AS": 19930,
    "B6": 20409,
    "DL": 19790,
    "EV": 20366,
    "F9": 20436,
    "FL": 20437,
    "HA": 19690,
    "MQ": 20398,
    "OO": 20304,
    "UA": 19977,
    "US": 20355,
    "VX": 21171,
    "WN": 19393,
    "YV": 20378,
}


def change(flights):
    """Flights as they are sent now."""
    return [{**flight, "carrier": NUMBERS[flight["carrier"]]} for flight in flights]
