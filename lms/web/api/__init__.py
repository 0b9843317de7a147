"""What every address for other programs shares: tokens, problems, pages, limits and the schema."""
