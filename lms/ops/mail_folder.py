"""The mails of a demo, as files in DATA_DIR: their links open logins, so nobody else may read them."""

from pathlib import Path
from typing import Any

from django.core.mail.backends import filebased


def close(folder: Path) -> None:
    """Make the folder, and shut it and what is in it to everybody but its owner."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for mail in folder.iterdir():
        mail.chmod(0o600)


class EmailBackend(filebased.EmailBackend):
    """Django's, with files that are private from their first byte on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        close(Path(self.file_path))

    def open(self) -> bool:
        # Django then appends to it.
        Path(self._get_filename()).touch(mode=0o600)  # type: ignore[attr-defined]  # the stubs lack it
        return bool(super().open())
