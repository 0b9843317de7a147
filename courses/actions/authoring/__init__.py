"""What authors do to the drafts of their courses.

Every change names its author, locks the draft, and counts in its revision; one that was made from a text
that is no longer the saved one is refused as Stale, and nothing is written.
"""
