"""How cold it feels."""


def add_wind_chill(table):
    """The temperature less what the wind takes."""
    return table.assign(temperature=table["temperature"] - 1.5 * table["wind"], delay=table["delay"].clip(upper=60))
