"""Handing one thing to one person, once. It is no setting, and nothing tells afterwards who did it."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from lms.kit.errors import Refused
from lms.kit.keyring import MissingKey, keyring
from lms.kit.sealing import LONGEST, Unreadable, open_sealed, seal
from lms.people.actions.own_keys import open_keys, public_key
from lms.people.models import User
from welfare.models import SharedItem
from welfare.models.wall import as_user, database_now
from welfare.queries.contact import Choice, choices_for, name_of

KEPT_DAYS = 14
# Of the item, in characters: the sharer's name goes into the same sealed text.
LONGEST_ITEM = LONGEST - 1_000


@dataclass(frozen=True)
class Opened:
    """What was handed on, and by whom."""

    name: str
    text: str


def share(*, item_text: str, to: int, by: User) -> None:
    """Seal one item to the person with this number, who can read it for 14 days with six words.

    Raises Refused for nobody who can be chosen, for somebody without six words, and for an empty or too long
    item. The row says neither who shared nor when.
    """
    choice = choice_of(to, by)
    check_item(item_text)
    public = public_key(by=User.objects.get(pk=choice.pk))
    if public is None:
        raise Refused(
            _("%(name)s has no six words yet, so nothing can be sealed to this person.")
            % {"name": choice.name},
            "to",
        )
    # The name on the first line, on one line whatever it is.
    said = f"{' '.join(name_of(by).split())}\n{item_text}"
    with as_user(by.pk):
        row = SharedItem(supporter_id=choice.pk, until=database_now().date() + dt.timedelta(days=KEPT_DAYS))
        row.kept = keyring().wrap(seal(said, to=public), about=about_shared(row))
        row.save(force_insert=True)


def choice_of(number: int, by: User) -> Choice:
    found = next((choice for choice in choices_for(by) if choice.pk == number), None)
    if found is None:
        raise Refused(_("Choose one of the people in the list."), "to")
    return found


def check_item(item_text: str) -> None:
    if not item_text.strip():
        raise Refused(_("Choose an item of your history first."))
    if len(item_text) > LONGEST_ITEM:
        raise Refused(_("Up to %(most)s characters can be handed on.") % {"most": LONGEST_ITEM})


def open_shared(*, item: UUID, words: str, by: User) -> Opened:
    """What was handed to ``by``. Raises Refused for wrong words, and for what is not there for ``by``."""
    with as_user(by.pk):
        row = SharedItem.objects.filter(pk=item, supporter_id=by.pk).first()
    if row is None:
        raise Refused(_("There is nothing like this for you."))
    found = read(row, open_keys(words=words, by=by))
    with as_user(by.pk):
        SharedItem.objects.filter(pk=item).update(opened=True)
    return found


def read(row: SharedItem, private: PrivateKey) -> Opened:
    try:
        sealed = keyring().unwrap(bytes(row.kept), about=about_shared(row))
        name, _line, text = open_sealed(sealed, private).partition("\n")
    except (Unreadable, MissingKey) as error:
        raise Refused(_("This was sealed to words that you no longer have. Nobody can open it.")) from error
    return Opened(name, text)


def erase_shared(*, item: UUID, by: User) -> None:
    """Takes no words; another's is not there to be removed."""
    with as_user(by.pk):
        SharedItem.objects.filter(pk=item, supporter_id=by.pk).delete()


def about_shared(row: SharedItem) -> bytes:
    return f"shared:{row.pk}:{row.supporter_id}".encode()
