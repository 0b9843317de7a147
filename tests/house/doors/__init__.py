"""The table of doors, an area in a module of its own."""

from tests.house.doors import (
    cohorts,
    exchanges,
    feedback,
    figures,
    grants,
    imports,
    law_enforcement,
    onboarding,
    register,
    sessions,
)

AREAS = (
    cohorts,
    exchanges,
    feedback,
    figures,
    grants,
    imports,
    law_enforcement,
    onboarding,
    register,
    sessions,
)
