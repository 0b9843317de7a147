"""Published figures: frozen, listed, and held against today."""
