"""Demo data of published figures: the statement of 2023, frozen, and a correction that a manager asks for."""

from courses.actions.hotline_years import ask_correction
from courses.actions.snapshots import freeze
from courses.models import Snapshot
from courses.queries.counts.statements import statements
from courses.queries.snapshots.definitions import of_statement
from lms.people.models import User
from lms.people.queries.hotlines import managed_by


def populate() -> None:
    """Once: a figure that is there already is not frozen again."""
    if Snapshot.objects.exists():
        return
    staff = User.objects.get(email="staff@demo.example")
    manager = User.objects.get(email="manager@demo.example")
    for statement in statements():
        title = f"{statement.title} {statement.year}"
        freeze(definition=of_statement(statement), title=title, place=statement.source, by=staff)
    hotline = managed_by(manager).first()
    if hotline is not None:
        text = "One of us was at the advanced training in spring, and it is not counted."
        ask_correction(hotline=hotline, year=statements()[0].year, text=text, by=manager)
