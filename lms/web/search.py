"""The search box of a list page."""

from django.http import HttpRequest

# Each word is a search through all names: nobody has more words than this, and twenty thousand take minutes.
LONGEST = 100
MOST_WORDS = 8


def asked(request: HttpRequest) -> str:
    """The first words of `?q=`, one space between, without the one character no text column can hold."""
    words = request.GET.get("q", "").replace("\0", "")[:LONGEST].split()
    return " ".join(words[:MOST_WORDS])
