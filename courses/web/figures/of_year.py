"""What pages of one year have in common."""

from collections.abc import Callable

from django.http import Http404
from django.utils.functional import cached_property

from courses.queries.snapshots.years import has_begun
from lms.kit import clock
from lms.web.templatetags.ui import Chip
from lms.web.views import PageView

YEARS_SHOWN = 4


class OfYear(PageView, abstract=True):
    """A page of the year in its address; one that has not begun is not found."""

    @cached_property
    def year(self) -> int:
        asked: int = self.kwargs["year"]
        if not has_begun(asked):
            raise Http404
        return asked

    def year_chips(self, url_of: Callable[[int], str]) -> list[Chip]:
        latest = clock.today().year
        years = sorted({self.year, *range(latest - YEARS_SHOWN + 1, latest + 1)}, reverse=True)
        return [Chip(str(year), url_of(year), year == self.year) for year in years]
