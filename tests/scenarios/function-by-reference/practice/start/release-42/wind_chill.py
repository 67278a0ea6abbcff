"""How cold it feels."""


def add_wind_chill(table):
    """The temperature less what the wind takes; it takes nothing where it is warm."""
    cold = table["temperature"] < 50
    felt = table["temperature"].where(~cold, table["temperature"] - 1.5 * table["wind"])
    return table.assign(temperature=felt, delay=table["delay"].clip(upper=45))
