"""What the model predicts of a flight, and how the service speaks of it."""

from shared.target import Binary, Target

TARGET: Target = Binary(
    name="late",
    positive="late",
    negative="on time",
    description="that it arrives 15 minutes late or more",
)
ROW, ROWS = "flight", "flights"
"""What one row is called, and several."""
