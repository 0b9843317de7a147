"""The keys of a demo: made on first start, kept in DATA_DIR for its owner only."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

# No letters that look alike: the password is read from a terminal and typed.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "WELFARE_KEYS": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "DEMO_PASSWORD": lambda: "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)),
}


class Keys:
    """The keys of one DATA_DIR; several processes may start at once and agree on the same ones."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "keys.json"
        self._known: dict[str, str] = {}

    def get(self, name: str) -> str:
        """The key of that name; makes them all on first use."""
        if not self._known:
            self._known = self._load() or self._make()
        return self._known[name]

    def _load(self) -> dict[str, str]:
        try:
            known: dict[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return known

    def _make(self) -> dict[str, str]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        draft = self._path.with_name(f"keys.{secrets.token_hex(8)}.new")
        made = json.dumps({name: make() for name, make in MAKERS.items()})
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(made)
        try:
            # A link, unlike a rename, fails when another process was first.
            os.link(draft, self._path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return self._load()
