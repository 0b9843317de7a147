"""Exchanges from the first wish to the count; each action holds the exchange's row while it works."""
