"""Figures to freeze and frozen ones: what stands behind them, and what became of them since."""
