"""One act on many rows of a list: chosen, said, looked at, done, and put back.

choosing → deciding → working (acts, moving); what is looked at is tried and taken back, so it cannot differ.
What nobody decides about is forgotten (forgetting).
"""
