from django.db import migrations, models

# A number for everybody who speaks in a name; whoever gives none sees nothing here either.
POLICIES = """
ALTER TABLE welfare_erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_erasures FORCE ROW LEVEL SECURITY;
CREATE POLICY named ON welfare_erasures USING (is_engine() OR speaks_for() IS NOT NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("welfare", "0005_rhythm")]

    operations = [
        # What follows is made in the schema behind the wall; a test holds every migration here to it.
        migrations.RunSQL("SET LOCAL search_path = welfare, public", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Erasures",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("known", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="erasures_one_row")
                ],
            },
        ),
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
    ]
