"""What things cost, measured against what others cost in the same run. `python -m bench` runs all of it."""
