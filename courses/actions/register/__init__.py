"""The attendance register: marks, what the ledger makes of them, and closing it.

Whoever writes here holds the activities concerned, in one order: marks are numbered and settled one after
the other, whoever makes them and at whichever session.
"""
