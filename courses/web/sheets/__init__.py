"""/staff/imports/sheets/: lists of others, made into registers."""
