"""The table of doors, an area in a module of its own."""

from tests.house.doors import (
    api,
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

AREAS = (api, cohorts, exchanges, feedback, figures, imports, law_enforcement, onboarding, register, sessions)
