"""A reconciliation as JSON and as text for a terminal."""

from typing import Any

from courses.queries.counts.reconciling import ReconciledLine, Reconciliation


def as_json(result: Reconciliation) -> dict[str, Any]:
    return {
        "year": result.definition.year,
        "published": result.definition.published,
        "itemised": result.itemised,
        "not_itemised": result.not_itemised,
        "people": result.people,
        "unidentified": result.unidentified,
        "lines": [line_as_json(line) for line in result.lines],
    }


def line_as_json(reconciled: ReconciledLine) -> dict[str, Any]:
    return {
        "label": reconciled.line.label,
        "count": str(reconciled.line.code),
        "where": reconciled.line.where,
        "published": reconciled.line.published,
        "value": reconciled.value,
        "people": reconciled.people,
        "unidentified": reconciled.unidentified,
    }


def as_text(result: Reconciliation) -> str:
    definition = result.definition
    rows = [
        f"  {line.line.published:>9} {line.value:>9}  {line.line.label} ({line.line.code})"
        for line in result.lines
    ]
    return "\n".join(
        [
            f"{definition.title} {definition.year}: {definition.published} published",
            f"  {'published':>9} {'facts':>9}",
            *rows,
            f"  {result.itemised:>9} {'':>9}  itemised",
            f"  {result.not_itemised:>9} {'':>9}  not itemised: the lines do not add up to the headline"
            if result.not_itemised
            else "  The lines add up to the headline.",
            f"Behind these lines stand {result.people} different people, and"
            f" {result.unidentified} more counted by head without names.",
        ]
    )
