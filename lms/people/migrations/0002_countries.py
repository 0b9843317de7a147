"""The shipped table of countries and regions."""

import csv
from pathlib import Path
from typing import Any

from django.db import migrations

TABLE = Path(__file__).parents[1] / "data" / "countries.csv"


def load(apps: Any, schema_editor: Any) -> None:
    country = apps.get_model("people", "Country")
    with TABLE.open(encoding="utf-8", newline="") as lines:
        country.objects.bulk_create(country(**line) for line in csv.DictReader(lines))


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
