"""Frozen figures, what became of them since, and the years that hotlines confirm."""
