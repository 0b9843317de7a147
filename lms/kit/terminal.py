"""Progress of a long command on a terminal; silent where nobody watches."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm


@contextmanager
def reader_may_leave(stream: Any) -> Iterator[None]:
    """Writing to ``stream`` ends quietly when its reader has left, as in `… | head`; the command goes on."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        # What is still buffered would complain once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Progress:
    """Call with (step, done, total); each step gets a line of its own on a terminal."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.watched = bool(stream.isatty())
        self.step = ""
        self.bar: tqdm[Any] | None = None

    def __call__(self, step: str, done: int, total: int) -> None:
        if not self.watched:
            return
        if step != self.step:
            self.close()
            self.step, self.bar = step, tqdm(total=total, desc=step, file=self.stream, unit_scale=True)
        if self.bar is not None:
            self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
