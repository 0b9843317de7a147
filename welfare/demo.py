"""Two people who can be asked, and a beginning of the directory of local help.

Each entry was looked up in the source that it names, on the day that it names, as a start that officers
keep up; what could not be confirmed is left out.
"""

import datetime as dt
from typing import Any

from lms.people.models import User
from welfare.actions.local_help import keep_help
from welfare.actions.supporters import name_supporter
from welfare.models import LocalHelp, Supporter
from welfare.models.wall import as_officer

CHECKED = dt.date(2026, 11, 24)
OFFICER = "officer@demo.example"
PEOPLE: dict[str, dict[str, Any]] = {
    OFFICER: {
        "kind": "officer",
        "languages": "English, French",
        "nights": "Nobody answers at night or on weekends: please call one of the numbers on this page then.",
        "danger": "Calls the emergency services where a life is in danger, and says so first where possible.",
        "hours": 24,
    },
    "trainer@demo.example": {
        "kind": "peer",
        "languages": "English",
        "nights": "Often there until 22:00, and on Sunday afternoons. Nobody at night.",
        "danger": "Is a colleague and no counsellor: calls the emergency services where a life is in danger.",
        "hours": 12,
    },
}
EMERGENCY: dict[str, Any] = {
    "name": "Emergency services",
    "purpose": "When you or somebody near you is in danger: ambulance, fire brigade, police; free.",
    "phone": "112",
    "hours": "At any time",
    "source": "https://dsv-europa.de/en/news/2019/03/notruf-112-setzt-sich-langsam-durch.html",
}
EU = ("DE", "FR", "IE", "LV", "NL")
LINES: tuple[dict[str, Any], ...] = (
    {
        "country": "FR",
        "name": "Numéro national de prévention du suicide",
        "purpose": "For yourself or when you worry about somebody; free.",
        "phone": "3114",
        "url": "https://3114.fr/",
        "hours": "At any time",
        "languages": "French",
        "source": "https://www.mayotte.ars.sante.fr/3114-le-numero-national-de-prevention-du-suicide",
    },
    {
        "country": "LV",
        "name": "Crisis line",
        "purpose": "Emotional support in a crisis; free.",
        "phone": "116 123",
        "hours": "At any time",
        "languages": "Latvian, Russian, English",
        "source": "https://www.vmnvd.gov.lv/en/toll-free-unified-crisis-line-116123",
    },
    {
        "country": "IE",
        "name": "Samaritans",
        "purpose": "Somebody who listens, whatever it is about; free.",
        "phone": "116 123",
        "url": "https://www.samaritans.org/",
        "hours": "At any time",
        "languages": "English",
        "source": "https://www.irishhealthpro.com/content/news/show/name/big-jump-in-calls-to-samaritans-since-2014",
    },
    {
        "country": "DE",
        "name": "TelefonSeelsorge",
        "purpose": "Somebody who listens, whatever it is about, without names; free.",
        "phone": "0800 1110111",
        "url": "https://www.telefonseelsorge.de/",
        "hours": "At any time",
        "languages": "German",
        "source": "https://www.domradio.de/artikel/telefonseelsorge-jetzt-unter-oekumenischem-dachverband",
    },
    {
        "country": "NL",
        "name": "113 Zelfmoordpreventie",
        "purpose": "When you think of suicide or worry about somebody; free.",
        "phone": "0800-0113",
        "url": "https://www.113.nl/",
        "hours": "At any time",
        "languages": "Dutch",
        "source": "https://www.nu.nl/binnenland/6062813/hulplijn-113-nu-ook-rechtstreeks-bereikbaar-voor-zelfmoordpreventie.html",
    },
)


def load(password: str) -> None:
    """A second run changes nothing. The password is for apps whose demo makes logins."""
    officer = User.objects.filter(email=OFFICER).first()
    if officer is None:
        return
    with as_officer(officer.pk):
        named = set(Supporter.objects.values_list("pk", flat=True))
        written = LocalHelp.objects.exists()
    for login in User.objects.filter(email__in=PEOPLE).exclude(pk__in=named):
        name_supporter(email=login.email, by=officer, hotline_id=None, **PEOPLE[login.email])
    if not written:
        for entry in [*({"country": code} | EMERGENCY for code in EU), *LINES]:
            keep_help(by=officer, checked_on=CHECKED, **entry)
