"""What care does, one file per subject."""
