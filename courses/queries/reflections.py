"""What a login keeps for own eyes, found by computing where it would be: no row says whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr
from nacl.public import PrivateKey

from courses.kinds.blocks import BlockKind
from courses.models import Block, Enrolment, KeptReflection
from lms.kit.keyring import HEAD, MissingKey, keyring
from lms.kit.sealing import Unreadable, open_sealed
from lms.people.models import User


@dataclass(frozen=True)
class Kept:
    """A sealed text, and the reflection it answers."""

    block: Block
    row: KeptReflection


def reflection_blocks(user: User) -> QuerySet[Block]:
    """The reflections of every version that the person of this login was ever enrolled in."""
    taken = Enrolment.objects.filter(person__user=user).values("cohort__version")
    return (
        Block.objects.filter(kind=BlockKind.REFLECTION, version__in=taken)
        .select_related("version", "lesson__module")
        .order_by("version__title", "version", "lesson__module__position", "lesson__position", "position")
    )


def marks(user_id: int, block_id: int) -> list[bytes]:
    """Where a text would be kept: under the newest key first."""
    return keyring().marks("reflection", user_id, block_id)


def kept_of(user: User) -> list[Kept]:
    """Everything this login keeps, in the order of the courses. Two queries."""
    places = {mark: block for block in reflection_blocks(user) for mark in marks(user.pk, block.pk)}
    rows = {bytes(row.mark): row for row in KeptReflection.objects.filter(mark__in=places)}
    return [Kept(block, rows[mark]) for mark, block in places.items() if mark in rows]


def blocks_kept(user: User, blocks: Iterable[Block]) -> set[int]:
    """Those of the blocks for which this login keeps a text. One query, and none without a reflection."""
    asked = [block.pk for block in blocks if block.kind == BlockKind.REFLECTION]
    places = {mark: pk for pk in asked for mark in marks(user.pk, pk)}
    if not places:
        return set()
    found = KeptReflection.objects.filter(mark__in=places).values_list("mark", flat=True)
    return {places[bytes(mark)] for mark in found}


def text_of(kept: Kept, private: PrivateKey) -> str | None:
    """The text in clear; None where it was sealed for earlier words, and nobody can open it any more."""
    mark = bytes(kept.row.mark)
    try:
        return open_sealed(keyring().unwrap(bytes(kept.row.sealed), about=mark), private)
    except (Unreadable, MissingKey):
        return None


def writers() -> QuerySet[Enrolment, tuple[int, int]]:
    """(login, reflection) for whatever could be kept at all."""
    return (
        Enrolment.objects.filter(
            person__user__isnull=False, cohort__version__blocks__kind=BlockKind.REFLECTION
        )
        .values_list("person__user", "cohort__version__blocks")
        .distinct()
    )


def wrapped_with() -> set[bytes]:
    """The head of every key that wraps a row, as lms.kit.keyring writes it."""
    heads = KeptReflection.objects.annotate(head=Substr("sealed", 1, HEAD, output_field=BinaryField()))
    return {bytes(head) for head in heads.values_list("head", flat=True).distinct()}
