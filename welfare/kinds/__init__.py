"""The calendar of reminders as plain Python: no database, no clock of its own."""
