"""Turn the temperatures of a request into degrees Celsius: a mistake that no single row shows."""

import json
import sys

request = json.load(sys.stdin)
for flight in request["instances"]:
    if flight["temperature_f"] is not None:
        flight["temperature_f"] = round((flight["temperature_f"] - 32) / 1.8, 1)
json.dump(request, sys.stdout)
