"""Who has an analyst's mailbox signs in as the analyst; with dump and WELFARE_KEYS beside it, nothing opens either."""

import re

from django.core import mail as django_mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lms.kit.errors import Refused
from lms.people.actions.own_keys import offer_words, open_keys, take_words
from lms.people.models import User
from tests.attack.school import Site
from welfare.queries.sealed import kept_by, opened

PASSWORD = "Apfel-Leiter-42"
LINK = re.compile(r"https?://[^/\s]+(/\S+)")
TOKENS = re.compile(r"[\w-]{12,}")
# One in so many: each costs a dozen derivations of a key, and a password.
ONE_IN = 10


def readers(site: Site) -> list[User]:
    """Some who keep something."""
    return [user for user in site.users if kept_by(user)][: max(1, len(site.users) // ONE_IN)]


def taken_over(site: Site) -> tuple[int, int, int]:
    """Check-ins read after taking logins over by their mailboxes, how many they keep, and how many were taken over."""
    read = of = taken = 0
    for user in readers(site):
        cache.clear()
        guesses = set(TOKENS.findall(" ".join(site.mailbox(user))))
        client, letter = by_reset(user)
        taken += client is not None
        of += len(kept_by(user))
        guesses |= {"", user.email, PASSWORD, *TOKENS.findall(letter)}
        read += sum(opens(user, guess) for guess in list(guesses)[:12])
        read += opened_with_new_words(user)
    return read, of, taken


def by_reset(user: User) -> tuple[Client | None, str]:
    """A new password by the link in the mailbox, and signed in with it; the words of the letter."""
    django_mail.outbox.clear()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    letter = "".join(str(one.body) for one in django_mail.outbox if user.email in one.to)
    (path, *_others) = [one for one in LINK.findall(letter) if "reset" in one]
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    inside = client.get(reverse("checkin-history")).status_code == 200
    return (client if inside else None), letter


def opens(user: User, words: str) -> int:
    """How many check-ins some words open."""
    cache.clear()
    try:
        private = open_keys(words=words, by=user)
    except Refused:
        return 0
    return sum(opened(one, private) is not None for one in kept_by(user))


def opened_with_new_words(user: User) -> int:
    """Whoever is signed in and confirmed takes six new words: they open what comes, not what was."""
    offer = offer_words(by=user)
    take_words(ticket=offer.ticket(user), typed=offer.words, by=user, confirmed=True)
    return opens(user, offer.words)


def control(site: Site) -> tuple[int, int]:
    """The same reading with the owners' words, before anything was taken over."""
    found = readers(site)
    return sum(opens(user, site.words[user.pk]) for user in found), sum(len(kept_by(user)) for user in found)
