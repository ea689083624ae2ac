"""The public door: released observations as JSON, CSV and pages, read-only."""
