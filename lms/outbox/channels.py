"""Who sends mail: each app registers its table, and how a mail is made of a row, when it is ready."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lms.kit.text import Text
from lms.outbox.mail import Mail
from lms.outbox.models import Message


@dataclass(frozen=True)
class Channel:
    """`compose(row)` looks once more whether the mail is still wanted (else raises Unwanted) and makes it.

    It runs in the transaction that marks the row as being handed over. `addresses(rows)`, one for each in the
    same order, and `label` are for the list of what could not be delivered, and `related` the relations that
    `addresses` follows. Channels of one label cannot be told apart there.
    """

    model: type[Message]
    compose: Callable[[Any], Mail]
    addresses: Callable[[Sequence[Any]], list[str]]
    label: Text
    related: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Unique among channels."""
        return str(self.model._meta.model_name)


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Have the drain send the rows of this channel too."""
    _channels[channel.key] = channel


def channels() -> list[Channel]:
    """All channels, always in the same order."""
    return [_channels[key] for key in sorted(_channels)]
