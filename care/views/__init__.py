"""What the browser asks for over HTTP, one file per subject."""
