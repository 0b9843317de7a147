"""/staff/search/, the filters of lists, and what is done to many rows at once."""
