"""Sheets of checks are written anew with every answer, so that they are no longer rows that only come."""

import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0016_registration_mails"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="checksheet", name="append_only"),
    ]
