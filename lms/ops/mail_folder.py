"""The mails of a demo, as files in DATA_DIR: their links open logins, so nobody else may read them."""

import os
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

    def __init__(self, *args: Any, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, file_path=file_path, **kwargs)
        close(Path(self.file_path))

    def open(self) -> bool:
        if self.stream is not None:
            return False
        path = self._get_filename()
        self.stream = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
        return True
