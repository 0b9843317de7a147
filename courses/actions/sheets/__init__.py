"""Any sheet, on its way to becoming a register: read, its columns said, its people said, written.

bringing → reading → columns → collecting → deciding → making; working takes each to its next step.
"""
