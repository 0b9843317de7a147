"""The time zone that people of a country mostly live in, for those who have not said theirs."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

# Where the IANA list begins with a zone that few of the country live in.
MOSTLY = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
}


def zone_of(country: str) -> str:
    """The IANA zone of an ISO 3166 code; '' for one that has none, as islands without people have."""
    return MOSTLY.get(country) or _first().get(country, "")


@lru_cache(maxsize=1)
def _first() -> Mapping[str, str]:
    """The first zone of each country in the list that comes with the time zone data."""
    text = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            found.setdefault(country, zone)
    return found
