"""Who sends mail: each app registers its table, and how a mail is made of a row, when it is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lms.kit.text import Text
from lms.outbox.mail import Mail
from lms.outbox.models import Message


@dataclass(frozen=True)
class Channel:
    """`compose(row)` looks once more whether the mail is still wanted (else raises Unwanted) and makes it.

    It runs in the transaction that marks the row as being handed over. `address(row)` and `label` are for
    the list of what could not be delivered, and `related` the relations that `address` follows.
    """

    model: type[Message]
    compose: Callable[[Any], Mail]
    address: Callable[[Any], str]
    label: Text
    related: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Unique among channels, and fit for an address."""
        return str(self.model._meta.model_name)


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Have the drain send the rows of this channel too."""
    _channels[channel.key] = channel


def channels() -> list[Channel]:
    """All channels, always in the same order."""
    return [_channels[key] for key in sorted(_channels)]


def by_key(key: str) -> Channel | None:
    return _channels.get(key)
