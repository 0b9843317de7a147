"""A demo's mails hold links that open logins: nobody else on the machine reads them."""

from pathlib import Path

from django.core.mail import EmailMessage, get_connection

from lms.ops import mail_folder


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


def send(folder: Path) -> None:
    backend = get_connection("lms.ops.mail_folder.EmailBackend", file_path=str(folder))
    assert EmailMessage("A link", "https://…", to=["ana@hotline.example"], connection=backend).send() == 1


def test_a_mail_is_private_from_the_start(tmp_path):
    folder = tmp_path / "mail"
    send(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert modes(folder) == {0o600}
    assert "A link" in next(folder.iterdir()).read_text(encoding="utf-8")


def test_an_open_folder_is_shut_with_what_is_in_it(tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir(mode=0o755)
    (folder / "old.log").write_text("a link", encoding="utf-8")
    (folder / "old.log").chmod(0o644)
    mail_folder.close(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert modes(folder) == {0o600}
