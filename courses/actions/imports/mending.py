"""How a rejected cell is written for somebody to mend in a spreadsheet, and read back."""

from courses.actions.imports.source import SUSPECT
from lms.exports.tables import FORMULA_STARTS

# Stands where a character stood that no cell may hold; a cell that still has it is rejected once more.
REPLACED = "\N{REPLACEMENT CHARACTER}"


def escaped(cell: str) -> str:
    """The cell as a spreadsheet may open it: nothing runs as a formula, nothing is invisible."""
    shown = SUSPECT.sub(REPLACED, cell)
    return f"'{shown}" if _looks_like_a_formula(shown) else shown


def unescaped(cell: str) -> str:
    """What ``escaped`` was given, as far as it could be written."""
    return cell[1:] if cell.startswith("'") and _looks_like_a_formula(cell) else cell


def _looks_like_a_formula(cell: str) -> bool:
    # Apostrophes that were there before count, too: each cell comes back as it was.
    return cell.lstrip("'").startswith(FORMULA_STARTS)
