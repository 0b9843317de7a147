"""A page and everything it needs, as an empty browser fetches it: how many requests and bytes."""

import http.client
import re
from dataclasses import dataclass

from django.conf import settings

from tests.benchmarks.player.school import Analyst

# Scripts, styles and pictures by their tags; a link to another page is not fetched.
NEEDED = re.compile(r'<(?:script|img)\b[^>]*\bsrc="(/[^"]+)"|<link\b[^>]*\bhref="(/[^"]+)"')


@dataclass
class FirstLoad:
    """``sent`` counts bodies as they travel, and their heads; ``html`` the page's own body."""

    requests: int = 0
    sent: int = 0
    html: int = 0


def first_load(port: int, path: str, analyst: Analyst | None) -> FirstLoad:
    found = FirstLoad()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    page = fetch(connection, path, analyst, found)
    found.html = len(page)
    for address in sorted({script or link for script, link in NEEDED.findall(page.decode())}):
        fetch(connection, address, analyst, found)
    connection.close()
    return found


def fetch(
    connection: http.client.HTTPConnection, path: str, analyst: Analyst | None, found: FirstLoad
) -> bytes:
    heads = {"Host": settings.ALLOWED_HOSTS[0], "Accept-Encoding": "gzip, br"}
    if analyst:
        heads["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={analyst.session}"
    connection.request("GET", path, headers=heads)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    found.requests += 1
    found.sent += len(body) + sum(len(f"{name}: {value}\r\n") for name, value in answer.getheaders())
    return body
