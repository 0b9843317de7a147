"""Public holidays of a country or a region, by year, as they were first taken over and then edited here."""

from django.db import models


class HolidayCalendar(models.Model):
    """One year of one calendar: ``FR``, or ``DE-BY`` for a region of a country.

    ``package_version`` is the version of the `holidays` package that its days came from. ``revision`` numbers
    the last edit; rows are never removed, so that it only grows.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    code = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    package_version = models.CharField(max_length=20)
    revision = models.BigIntegerField(default=0, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_calendar_a_year", fields=["code", "year"])]


class Holiday(models.Model):
    """A day of a calendar. One that was taken off stays, marked so, and can be put back."""

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    calendar = models.ForeignKey(HolidayCalendar, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    name = models.CharField(max_length=300)
    added = models.BooleanField(default=False)
    taken_off = models.BooleanField(default=False)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(name="one_holiday_a_day", fields=["calendar", "day"])]
