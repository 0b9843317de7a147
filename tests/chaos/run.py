"""`make chaos` (SEED=1 FAULTS=200 OCCURRENCES=20000 PEOPLE=1500 MODE=hold): a seeded run, and a table of what came of it.

Exit status 0 when every promise held, 1 when one did not, 2 when the run itself could not be done.
"""

import argparse
import datetime as dt
import os
import random
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.chaos.mails import MailVerdict
    from tests.chaos.truth import Verdict
    from tests.chaos.world import World

SHOWN = 10
# About so many occurrences come for each person in a round.
A_ROUND = 1.5
# In how many rounds officers edit holidays.
HOLIDAYS = 0.2


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos")
    for name, usual in (("SEED", 1), ("FAULTS", 200), ("OCCURRENCES", 20_000), ("PEOPLE", 1_500)):
        parser.add_argument(f"--{name.lower()}", type=int, default=int(os.environ.get(name) or usual))
    parser.add_argument("--mode", choices=["hold", "resend"], default=os.environ.get("MODE") or "hold")
    parser.add_argument("--kinds", default=os.environ.get("KINDS") or "", help="begin with these, by commas")
    parser.add_argument("--stay", default="", help="processes to keep, by commas")
    parser.add_argument("--broken", default="", help="an engine of tests/chaos/broken.py in place of ours")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    import django

    django.setup()
    from tests.chaos.parts import STAY
    from tests.chaos.world import World

    began = time.monotonic()
    stay = tuple(given.stay.split(",")) if given.stay else STAY
    world = World(seed=given.seed, number=given.people, mode=given.mode, stay=stay, broken=given.broken)
    try:
        world.start()
        rounds(world, given)
        verdict, mails = world.end()
    finally:
        world.parts.stop()
        world.postbox.stop()
    return tell(world, given, verdict, mails, time.monotonic() - began)


def rounds(world: "World", given: argparse.Namespace) -> None:
    """Until there were so many faults and so many occurrences, whichever comes later."""
    chosen = faults_of(given, world.chance)
    while world.done.total() < given.faults or occurrences(world) < given.occurrences:
        ahead = max(0, given.occurrences - occurrences(world))
        # The faults that are left are spread over the rounds that are left.
        left = given.faults - world.done.total()
        number = min(left, max(1, round(left / max(1, ahead / (given.people * A_ROUND)))))
        if world.chance.random() < HOLIDAYS and not given.kinds:
            world.holidays()
        world.round(passing(world.chance), [next(chosen) for _nth in range(number)])
        say(
            f"round {world.rounds}: {world.done.total()} faults, {occurrences(world)} occurrences, "
            f"{world.cluster.now():%Y-%m-%d %H:%M}"
        )


def faults_of(given: argparse.Namespace, chance: random.Random) -> Any:
    """Every kind once in an order by chance, then again; those asked for first."""
    from tests.chaos.faults import FAULTS

    asked = [name for name in given.kinds.split(",") if name]
    unknown = set(asked) - set(FAULTS)
    if unknown:
        raise SystemExit(f"no such faults: {', '.join(sorted(unknown))}; there are: {', '.join(FAULTS)}")
    while True:
        yield from asked or chance.sample(sorted(FAULTS), len(FAULTS))


def passing(chance: random.Random) -> dt.timedelta:
    """Mostly some days, so that nearly every week is told; every third time an outage of weeks."""
    if chance.random() < 1 / 3:
        return dt.timedelta(days=chance.randint(8, 40))
    return dt.timedelta(hours=chance.randint(24, 144))


def occurrences(world: "World") -> int:
    return int(
        world.cluster.ask(
            "SELECT count(*) FROM chaos.event WHERE kind = 'row' AND about->>'state' IN ('open', 'skipped')"
        )[0][0]
    )


def tell(
    world: "World", given: argparse.Namespace, verdict: "Verdict", mails: "MailVerdict", seconds: float
) -> int:
    say(f"\n{'fault':44}{'times':>6}")
    for name, number in sorted(world.done.items()):
        say(f"{name:44}{number:6}")
    breaches = {**verdict.breaches, **mails.breaches}
    aside = world.parts.set_aside()
    if verdict.lagging > aside:
        breaches["does not follow"] = [f"{verdict.lagging} though {aside} were set aside"]
    lines = {
        "seed": given.seed,
        "faults": f"{world.done.total()} of {len(world.done)} kinds",
        "seconds": round(seconds),
        "rounds": world.rounds,
        "occurrences accounted for": verdict.accounted,
        "told in the app": verdict.told,
        "lost": len(breaches.get("lost", [])),
        "doubled": len(breaches.get("doubled", [])),
        "early": len(breaches.get("early", [])),
        "set aside for an hour": aside,
        "dates asked for": verdict.asked_for,
        "follow later": verdict.lagging,
        "times holidays were edited": world.edited,
        f"mails ({given.mode})": f"{mails.rows}, taken {mails.taken}, doubled {len(mails.doubled)}, lost {len(mails.lost)}",
        "mails by state": ", ".join(f"{state} {number}" for state, number in sorted(mails.states.items())),
    }
    say("")
    for name, value in lines.items():
        say(f"{name:28}{value}")
    for kind, found in breaches.items():
        for one in found[:SHOWN]:
            say(f"BREACH {kind}: {one}")
    broken = any(breaches.values())
    say("A promise was broken." if broken else "Every promise held.")
    return 1 if broken else 0


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
