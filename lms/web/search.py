"""The search box of a list page."""

from django.http import HttpRequest


def asked(request: HttpRequest) -> str:
    """What `?q=` asks for, without outer spaces and without the one character no text column can hold."""
    return request.GET.get("q", "").replace("\0", "").strip()
