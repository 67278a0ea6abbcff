"""ExpressJet flies under another code."""


def change(flights):
    """Flights as they are sent now."""
    return [{**flight, "carrier": flight["carrier"].replace("EV", "XE")} for flight in flights]
