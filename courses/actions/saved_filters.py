"""Give a set of filters a name, change it, delete it and take that back, and have a list open with it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses import rules
from courses.enums import ListName
from courses.models import DefaultFilter, SavedFilter
from lms.kit.errors import Refused, Sentences, in_words
from lms.people.models import User

SENTENCES: Sentences = {
    "saved_filter_once": (lambda: _("There is a saved filter of this name for this list already."), "name"),
}


def save_filter(
    *, listing: ListName, values: Mapping[str, str], name: str, shared: bool = False, by: User
) -> SavedFilter:
    """Raises Refused for who may not, without a name, for no filter at all, and for a name used already."""
    if not rules.may_save_filters(by):
        raise Refused(_("Only INHOPE staff save filters."))
    if not values:
        raise Refused(_("Choose at least one filter first: a search by words is not saved."))
    with in_words(SENTENCES):
        return SavedFilter.objects.create(
            listing=listing, values=dict(values), name=tidied(name), shared=shared, owner=by
        )


@transaction.atomic
def change_filter(*, saved: SavedFilter, number: int, name: str, shared: bool, by: User) -> None:
    """Another name, or for others. ``number`` is that of the filter as ``by`` has read it.

    Raises Refused as ``save_filter`` does, for another's own one, and where somebody changed or deleted it
    since.
    """
    _require(saved, by)
    if not shared and saved.owner_id != by.pk:
        raise Refused(_("Whoever saved it says whether it is for all staff."), field="shared")
    with in_words(SENTENCES):
        _change(saved, number, name=tidied(name), shared=shared)
    if not shared:
        DefaultFilter.objects.filter(saved=saved).exclude(user=saved.owner_id).delete()


def delete_filter(*, saved: SavedFilter, number: int, by: User) -> None:
    """Raises Refused as ``change_filter`` does."""
    _require(saved, by)
    _change(saved, number, deleted_at=Now(), deleted_by=by)


def restore_filter(*, saved: SavedFilter, by: User) -> None:
    """Take a deletion back. Raises Refused for another's own one, where it is not deleted, and where its name
    is used again by now.
    """
    _require(saved, by)
    deleted = SavedFilter.objects.filter(pk=saved.pk, deleted_at__isnull=False)
    with in_words(SENTENCES):
        if not deleted.update(deleted_at=None, deleted_by=None, number=F("number") + 1):
            raise Refused(_("This filter is there again already."))


@transaction.atomic
def open_with(*, listing: ListName, saved: SavedFilter | None, by: User) -> None:
    """Have the list open with a saved filter, or with everything.

    Raises Refused for a filter that ``by`` does not see, and for a deleted one.
    """
    if saved is None:
        DefaultFilter.objects.filter(user=by, listing=listing).delete()
        return
    _require(saved, by)
    if saved.deleted_at is not None or saved.listing != listing:
        raise Refused(_("This filter is deleted."))
    DefaultFilter.objects.update_or_create(user=by, listing=listing, defaults={"saved": saved})


def tidied(name: str) -> str:
    found = " ".join(name.split())
    if not found:
        raise Refused(_("Give it a name."), field="name")
    return found


def _require(saved: SavedFilter, by: User) -> None:
    if not rules.may_change_filter(by, saved):
        raise Refused(_("This is somebody else's own filter."))


def _change(saved: SavedFilter, number: int, **changes: Any) -> None:
    same = SavedFilter.objects.filter(pk=saved.pk, number=number, deleted_at=None)
    if not same.update(number=F("number") + 1, **changes):
        raise Refused(_("Somebody changed or deleted this filter since you opened it: look at it once more."))
