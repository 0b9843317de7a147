"""The training register, from its files to the ledger.

unpacking → source → parse (cells, lines) → staging → checks → standing → records → difference → run
"""

from courses.actions.imports.outcome import Outcome, Tally
from courses.actions.imports.reasons import Problem
from courses.actions.imports.run import import_register
from courses.actions.imports.source import Unusable
from courses.actions.imports.unpacking import Unpacked, unpacked

__all__ = ["Outcome", "Problem", "Tally", "Unpacked", "Unusable", "import_register", "unpacked"]
