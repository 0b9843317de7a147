"""Registers brought in on the page: kept, read by a worker, looked at, and applied or dropped.

bringing → working (claims, accounts) → deciding → working; forgetting sweeps what is over.
"""
