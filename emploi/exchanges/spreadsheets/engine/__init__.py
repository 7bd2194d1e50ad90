"""The work on one file: inspected, staged, applied, undone."""
