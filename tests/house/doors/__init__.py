"""The table of doors, an area in a module of its own."""

from tests.house.doors import (
    by_hand,
    cohorts,
    exchanges,
    feedback,
    figures,
    find,
    imports,
    law_enforcement,
    onboarding,
    quality,
    register,
    sessions,
)

AREAS = (
    cohorts,
    exchanges,
    feedback,
    figures,
    imports,
    law_enforcement,
    onboarding,
    quality,
    find,
    imports,
    law_enforcement,
    onboarding,
    register,
    sessions,
)

AREAS = (
    by_hand,
    cohorts,
    exchanges,
    feedback,
    figures,
    imports,
    law_enforcement,
    onboarding,
    register,
    sessions,
)
