"""Frozen figures as plain Python: what was asked, the facts behind it, their counts, and the proof of a file.

Nothing here knows a database, so that whoever is handed a file can prove it without one.
"""

from courses.kinds.figures.definition import Asked, Definition, StatedLine
from courses.kinds.figures.facts import Activity, Facts, Part
from courses.kinds.figures.tally import Key, Tally

__all__ = ["Activity", "Asked", "Definition", "Facts", "Key", "Part", "StatedLine", "Tally"]
