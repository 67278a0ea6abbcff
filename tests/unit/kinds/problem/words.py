"""Of the page."""

TITLE = "What becomes of this parcel?"
LEAD = "One parcel."
DESCRIPTION = "What becomes of a parcel."
SUMMARY = "Predict parcels"
GROUPS = {"Box": ("size", "weight")}
