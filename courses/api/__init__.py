"""/api/v1/: training facts for other programs, by the rules of the pages. Nothing of welfare is here."""
