"""The training register of 2023 as demo data: invented people, real hotlines, the published totals."""

from pathlib import Path

from courses.actions.imports import import_register

REGISTER = Path(__file__).parent / "demo_data" / "register-2023"


def load(password: str) -> None:
    """Import the register; a second run changes nothing. The password is for demos that make logins."""
    import_register(folder=REGISTER, by=None)
