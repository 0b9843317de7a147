"""Exchanges as their sides and staff see them."""
