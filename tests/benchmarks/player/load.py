"""A small client over bare sockets that keeps its connections and costs next to nothing itself."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

LONGEST_ANSWER = 30.0


class Unexpected(Exception):
    """The server answered with another status than was asked for."""


@dataclass
class Load:
    """What one round gave: seconds of every answer, of the round, and of this process on the processor."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    client_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds


class Connection(asyncio.Protocol):
    """One kept connection: the next request goes out when the answer to the last one is there."""

    def __init__(self, requests: Iterator[bytes], status: int, until: float, load: Load) -> None:
        self.requests, self.status, self.until, self.load = requests, status, until, load
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.received = bytearray()
        self.length = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]  # of a socket
        self.ask()

    def ask(self) -> None:
        request = next(self.requests, None) if time.perf_counter() < self.until else None
        if request is None:
            self.end()
            return
        self.received.clear()
        self.length = -1
        self.started = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.length < 0 and (head_ends := self.received.find(b"\r\n\r\n")) >= 0:
            self.length = head_ends + 4 + content_length(self.received[:head_ends])
        if 0 <= self.length <= len(self.received):
            self.load.latencies.append(time.perf_counter() - self.started)
            self.check()

    def check(self) -> None:
        status = int(self.received[9:12])
        if status == self.status:
            self.ask()
        else:
            self.end(Unexpected(f"{status} instead of {self.status}: {bytes(self.received[:600])!r}"))

    def end(self, error: Exception | None = None) -> None:
        self.transport.close()
        if not self.ended.done():
            self.ended.set_exception(error) if error else self.ended.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(error or ConnectionError("The server closed the connection."))


def content_length(head: bytes | bytearray) -> int:
    """0 where the head names none: the server always says how long an answer with a body is."""
    for line in bytes(head).lower().split(b"\r\n")[1:]:
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def ask(port: int, requests: Iterator[bytes], *, status: int, concurrency: int, seconds: float) -> Load:
    """Send `requests` over so many connections until they or the seconds are over.

    Raises Unexpected for any other status, and TimeoutError where the server stands still.
    """
    # In a thread of its own: a browser's driver may keep an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _ask(port, requests, status, concurrency, seconds)).result()


async def _ask(port: int, requests: Iterator[bytes], status: int, concurrency: int, seconds: float) -> Load:
    loop, load = asyncio.get_running_loop(), Load()
    cpu, started = time.process_time(), time.perf_counter()
    connections: Sequence[Connection] = [
        (
            await loop.create_connection(
                lambda: Connection(requests, status, started + seconds, load), "127.0.0.1", port
            )
        )[1]
        for _ in range(concurrency)
    ]
    async with asyncio.timeout(seconds + LONGEST_ANSWER):
        await asyncio.gather(*(connection.ended for connection in connections))
    load.seconds = time.perf_counter() - started
    load.client_cpu = time.process_time() - cpu
    return load
