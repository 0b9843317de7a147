"""/staff/quality/: what is likely to be wrong with the data, and mending it with one press."""
