"""The kinds of activity that the network counts today."""

from typing import Any

from django.db import migrations

KINDS = {
    "basic": "Basic training",
    "advanced": "Advanced training",
    "online": "Online learning",
    "exchange": "Peer-to-peer exchange",
    "law_enforcement": "Law-enforcement session",
    "htm": "Hotline Training Meeting",
    "webinar": "Webinar",
    "summit": "Summit",
    "qa_review": "Quality-assurance review",
    "expansion_meeting": "Meeting with a prospective hotline",
}


def load(apps: Any, schema_editor: Any) -> None:
    kind = apps.get_model("courses", "ActivityKind")
    kind.objects.bulk_create(
        kind(code=code, name=name, position=position, between_hotlines=code == "exchange")
        for position, (code, name) in enumerate(KINDS.items(), start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
