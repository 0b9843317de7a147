"""/staff/imports/: registers brought in, looked at, applied and undone."""
