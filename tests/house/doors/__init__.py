"""The table of doors, an area in a module of its own."""

from tests.house.doors import (
    api,
    by_hand,
    cohorts,
    exchanges,
    feedback,
    figures,
    find,
    grants,
    imports,
    law_enforcement,
    onboarding,
    quality,
    register,
    sessions,
)

AREAS = (
    api,
    by_hand,
    cohorts,
    exchanges,
    feedback,
    figures,
    find,
    grants,
    imports,
    law_enforcement,
    onboarding,
    quality,
    register,
    sessions,
)
