"""Targets of the parcels' problem, as `shared/problem/target.py` would declare them."""

MULTICLASS = """
from shared.target import Multiclass, Target

TARGET: Target = Multiclass(name="carried", classes=("van", "bike", "train"), description="what carries it")
ROW, ROWS = "parcel", "parcels"
"""
REGRESSION = """
from shared.target import Regression, Target

TARGET: Target = Regression(name="price", unit="EUR", description="what the customer pays")
ROW, ROWS = "parcel", "parcels"
"""
