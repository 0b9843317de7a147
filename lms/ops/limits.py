"""How long a page may keep the database busy; commands and the worker have no such limit."""

from typing import Any

# A page that takes longer has lost its reader, while its question would go on for hours.
OF_PAGES = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


def limit(database: dict[str, Any]) -> None:
    """Set the limits in the settings of a database, beside what its URL says; before it is connected to."""
    options = database.setdefault("OPTIONS", {})
    limits = [f"-c {name}={value}" for name, value in OF_PAGES.items()]
    options["options"] = " ".join(filter(None, [options.get("options"), *limits]))
