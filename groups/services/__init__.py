"""The verbs of belonging, one file per subject: programs, therapy groups, who is in them, who works there."""
