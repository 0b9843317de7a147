import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0015_register")]

    operations = [
        migrations.AlterModelOptions(
            name="registrationmail", options={"ordering": ["registration", "-number"]}
        ),
        migrations.AddField(
            model_name="registrationmail", name="number", field=models.PositiveIntegerField(default=0)
        ),
        migrations.AlterField(
            model_name="registrationmail",
            name="registration",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to="courses.registration",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationmail",
            constraint=models.UniqueConstraint(
                fields=("registration", "number"), name="registration_mail_once"
            ),
        ),
    ]
