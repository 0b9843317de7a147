"""Register ids for what a sheet is about, and what is remembered of its source."""

import secrets
from collections.abc import Collection

from courses.models import Activity, Choice, Sheet, SheetMatch, SheetPerson, SheetSource
from lms.people.models import Person
from lms.people.queries.merges import survivors

BATCH = 1_000


def register_ids(people: Collection[SheetPerson]) -> dict[str, str]:
    """By key; of who was merged that of the record they are read as. One that is missing is given."""
    final = survivors()
    chosen = {one.key: final.get(one.person_id, one.person_id) for one in people if one.person_id}
    known = Person.objects.in_bulk(set(chosen.values()))
    for person in known.values():
        if not person.register_id:
            person.register_id = free(Person, person.pk)
            Person.objects.filter(pk=person.pk, register_id=None).update(register_id=person.register_id)
    found = {key: known[pk].register_id or "" for key, pk in chosen.items()}
    return found | {one.key: one.register_id for one in people if one.choice == Choice.NEW}


def of_activity(activity: Activity) -> str:
    """Its register id; where it has none it gets one, for good."""
    held = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    if not held.register_id:
        held.register_id = free(Activity, activity.pk)
        held.save(update_fields=["register_id"])
    return held.register_id


def free(model: type[Person] | type[Activity], number: int) -> str:
    """One that no register has used."""
    plain = f"site-{number}"
    taken = model._default_manager.filter(register_id=plain).exists()
    return f"{plain}-{secrets.token_hex(4)}" if taken else plain


def remember(sheet: Sheet, people: Collection[SheetPerson]) -> None:
    """For the next sheet of the source: how it was read, and who everybody was. Nothing where it is gone."""
    sources = SheetSource.objects.select_for_update()
    source = sources.filter(pk=sheet.source_id).first() if sheet.source_id else None
    if source is None:
        return
    columns = {**source.plan.get("columns", {}), **sheet.plan["columns"]}
    source.layout, source.plan = sheet.layout, {**sheet.plan, "columns": columns}
    source.save(update_fields=["layout", "plan"])
    matches = [
        SheetMatch(source=source, key=one.key, person=one.person, register_id=one.register_id)
        for one in people
        if one.choice
    ]
    SheetMatch.objects.bulk_create(
        matches,
        BATCH,
        update_conflicts=True,
        unique_fields=["source", "key"],
        update_fields=["person", "register_id", "kept_at"],
    )


def settle_new_people() -> None:
    """Tie what is remembered of new people to their records once those are there: it goes with them."""
    waiting = SheetMatch.objects.exclude(register_id="").filter(
        register_id__in=Person.objects.exclude(register_id=None).values("register_id")
    )
    known = dict(
        Person.objects.filter(register_id__in=waiting.values("register_id")).values_list("register_id", "pk")
    )
    for match in waiting:
        match.person_id, match.register_id = known[match.register_id], ""
        match.save(update_fields=["person", "register_id"])
