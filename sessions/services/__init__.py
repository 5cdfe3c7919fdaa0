"""The verbs of a live meeting, one file per subject."""
