import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import lms.kit.moment
import lms.outbox.models

# Whose rows a connection sees. An officer keeps what everybody reads; who asked and who is asked see a request,
# the latter once it was told to them; what was handed on is seen by its addressee alone. A policy for rows that
# somebody else will read says with whom it may begin: nobody without a name.
POLICIES = """
CREATE OR REPLACE FUNCTION is_officer() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('welfare.officer', true), '') = 'on' $$;

-- For the bell of every page: one statement, in one login's name, with row-level security as for any other.
CREATE FUNCTION count_messages(login bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    before text := coalesce(current_setting('welfare.user', true), '');
    found bigint;
BEGIN
    PERFORM set_config('welfare.user', login::text, true);
    SELECT (SELECT count(*) FROM welfare_contactstep s JOIN welfare_contactrequest r ON r.id = s.request_id
            WHERE s.supporter_id = login AND s.state = 'sent' AND r.state = 'open')
         + (SELECT count(*) FROM welfare_shareditem WHERE supporter_id = login AND NOT opened)
    INTO found;
    PERFORM set_config('welfare.user', before, true);
    RETURN found;
END $$;

ALTER TABLE welfare_supporter ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_supporter FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON welfare_supporter FOR SELECT USING (speaks_for() IS NOT NULL);
CREATE POLICY own_mail ON welfare_supporter FOR UPDATE USING (user_id = speaks_for());
CREATE POLICY officers_keep ON welfare_supporter USING (is_officer());
CREATE POLICY engine ON welfare_supporter USING (is_engine());

ALTER TABLE welfare_localhelp ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_localhelp FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON welfare_localhelp FOR SELECT USING (speaks_for() IS NOT NULL);
CREATE POLICY officers_keep ON welfare_localhelp USING (is_officer());
CREATE POLICY engine ON welfare_localhelp USING (is_engine());

ALTER TABLE welfare_contactmail ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_contactmail FORCE ROW LEVEL SECURITY;
CREATE POLICY engine ON welfare_contactmail USING (is_engine());

ALTER TABLE welfare_ownladder ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_ownladder FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON welfare_ownladder USING (user_id = speaks_for());

ALTER TABLE welfare_contactstep ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_contactstep FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON welfare_contactstep USING (user_id = speaks_for());
CREATE POLICY engine ON welfare_contactstep USING (is_engine());
CREATE POLICY asked_reads ON welfare_contactstep FOR SELECT
    USING (supporter_id = speaks_for() AND sent_at IS NOT NULL);
CREATE POLICY asked_moves ON welfare_contactstep FOR UPDATE
    USING (supporter_id = speaks_for() AND sent_at IS NOT NULL);

ALTER TABLE welfare_contactrequest ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_contactrequest FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON welfare_contactrequest USING (user_id = speaks_for());
CREATE POLICY engine ON welfare_contactrequest USING (is_engine());
CREATE POLICY asked_reads ON welfare_contactrequest FOR SELECT
    USING (id IN (SELECT request_id FROM welfare_contactstep));
CREATE POLICY asked_moves ON welfare_contactrequest FOR UPDATE
    USING (id IN (SELECT request_id FROM welfare_contactstep));

ALTER TABLE welfare_shareditem ENABLE ROW LEVEL SECURITY;
ALTER TABLE welfare_shareditem FORCE ROW LEVEL SECURITY;
CREATE POLICY handed_on ON welfare_shareditem FOR INSERT WITH CHECK (speaks_for() IS NOT NULL);
CREATE POLICY addressed_reads ON welfare_shareditem FOR SELECT USING (supporter_id = speaks_for());
CREATE POLICY addressed_moves ON welfare_shareditem FOR UPDATE USING (supporter_id = speaks_for());
CREATE POLICY addressed_erases ON welfare_shareditem FOR DELETE USING (supporter_id = speaks_for());
CREATE POLICY engine ON welfare_shareditem USING (is_engine());
"""


class Migration(migrations.Migration):
    dependencies = [
        ("welfare", "0002_deliveries"),
    ]

    operations = [
        # What follows is made in the schema behind the wall; a test holds every migration here to it.
        migrations.RunSQL("SET LOCAL search_path = welfare, public", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ContactMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(editable=False, max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "waiting"),
                            ("claimed", "being made"),
                            ("transmitting", "being handed over"),
                            ("retry", "to be tried again"),
                            ("sent", "sent"),
                            ("failed", "parked"),
                            ("uncertain", "uncertain"),
                            ("cancelled", "not sent"),
                        ],
                        default="pending",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "message_id",
                    models.CharField(
                        default=lms.outbox.models.new_message_id, editable=False, max_length=320, unique=True
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=lms.kit.moment.DatabaseClock(), editable=False),
                ),
                (
                    "available_at",
                    models.DateTimeField(db_default=lms.kit.moment.DatabaseClock(), editable=False),
                ),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                ("sent_at", models.DateTimeField(editable=False, null=True)),
                ("fault", models.CharField(blank=True, editable=False, max_length=80)),
                ("off_digest", models.CharField(editable=False, max_length=64, null=True, unique=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContactStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField(editable=False)),
                ("supporter_id", models.BigIntegerField(editable=False)),
                ("place", models.PositiveSmallIntegerField(editable=False)),
                ("hours", models.PositiveSmallIntegerField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "not asked yet"),
                            ("sent", "sent"),
                            ("seen", "seen"),
                            ("answered", "answered"),
                            ("passed", "no answer in time"),
                            ("left_out", "can no longer be asked"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("sent_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="LocalHelp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("purpose", models.CharField(max_length=300, verbose_name="what for")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="number")),
                ("url", models.URLField(blank=True, verbose_name="web page")),
                ("hours", models.CharField(max_length=120, verbose_name="hours")),
                ("languages", models.CharField(blank=True, max_length=200, verbose_name="languages")),
                ("source", models.URLField(verbose_name="source")),
                ("checked_on", models.DateField(verbose_name="checked on")),
            ],
            options={
                "ordering": ["country", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OwnLadder",
            fields=[
                ("user_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "supporters",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=3),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SharedItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("supporter_id", models.BigIntegerField(db_index=True, editable=False)),
                ("kept", models.BinaryField()),
                ("until", models.DateField(editable=False)),
                ("opened", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Supporter",
            fields=[
                ("user_id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("peer", "peer"),
                            ("counsellor", "counsellor"),
                            ("officer", "welfare officer"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("hotline_id", models.BigIntegerField(null=True)),
                ("languages", models.CharField(max_length=200, verbose_name="languages")),
                ("nights", models.CharField(max_length=500, verbose_name="nights and weekends")),
                ("danger", models.CharField(max_length=500, verbose_name="imminent danger")),
                ("hours", models.PositiveSmallIntegerField(default=24, verbose_name="hours")),
                ("by_mail", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="ContactRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("user_id", models.BigIntegerField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "under way"),
                            ("answered", "answered"),
                            ("withdrawn", "withdrawn"),
                            ("unanswered", "answered by nobody"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("reach", models.BinaryField()),
                ("made_at", models.DateTimeField(editable=False)),
                ("climbs_at", models.DateTimeField(editable=False, null=True)),
                ("over_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["climbs_at"], name="request_to_climb"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("user_id",), name="one_open_request"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("climbs_at__isnull", False), ("over_at__isnull", True), ("state", "open")
                            ),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("climbs_at__isnull", True),
                                ("over_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_over_or_climbing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reach__octets", 2097)), name="request_reach_one_size"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="only_these_moves_of_state",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF TG_OP = 'INSERT' AND NEW.state NOT IN ('open') THEN\n            RAISE EXCEPTION 'Nothing begins as %.', NEW.state\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_these_moves';\n        END IF;\n        IF TG_OP = 'UPDATE' AND NEW.state <> OLD.state\n           AND (OLD.state, NEW.state) NOT IN (('open', 'answered'), ('open', 'withdrawn'), ('open', 'unanswered'), ('unanswered', 'answered'), ('unanswered', 'withdrawn')) THEN\n            RAISE EXCEPTION 'What is % cannot become %.', OLD.state, NEW.state\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_these_moves';\n        END IF;\n        RETURN NEW;\n        ",
                    hash="121715cd5aebe3f22c053754eaf23bf7091aa7b2",
                    operation='INSERT OR UPDATE OF "state"',
                    pgid="pgtrigger_only_these_moves_of_state_753a3",
                    table="welfare_contactrequest",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="contactstep",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="welfare.contactrequest"
            ),
        ),
        migrations.AddField(
            model_name="contactmail",
            name="step",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="mail", to="welfare.contactstep"
            ),
        ),
        migrations.AddConstraint(
            model_name="localhelp",
            constraint=models.UniqueConstraint(fields=("country", "name"), name="help_once_a_country"),
        ),
        migrations.AddConstraint(
            model_name="localhelp",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phone", ""), _negated=True),
                    models.Q(("url", ""), _negated=True),
                    _connector="OR",
                ),
                name="help_can_be_reached",
            ),
        ),
        migrations.AddConstraint(
            model_name="localhelp",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="help_has_its_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownladder",
            constraint=models.CheckConstraint(
                condition=models.Q(("supporters__len__range", (1, 3))), name="ladder_of_one_to_three"
            ),
        ),
        migrations.AddConstraint(
            model_name="shareditem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept__octets__in", [2145, 8289, 32865])), name="shared_few_sizes"
            ),
        ),
        migrations.AddConstraint(
            model_name="supporter",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__range", (1, 168))), name="supporter_hours_in_a_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="supporter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("nights", ""), _negated=True), models.Q(("danger", ""), _negated=True)
                ),
                name="supporter_says_what_to_know",
            ),
        ),
        migrations.AddIndex(
            model_name="contactstep",
            index=models.Index(fields=["supporter_id"], name="steps_of_supporter"),
        ),
        migrations.AddConstraint(
            model_name="contactstep",
            constraint=models.UniqueConstraint(fields=("request", "place"), name="one_step_a_place"),
        ),
        migrations.AddConstraint(
            model_name="contactstep",
            constraint=models.UniqueConstraint(
                fields=("request", "supporter_id"), name="one_step_a_supporter"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("sent", "seen"))),
                fields=("request",),
                name="one_step_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__range", (1, 3))), name="step_on_the_ladder"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("supporter_id", models.F("user_id")), _negated=True),
                name="step_asks_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("waiting", "left_out")), ("sent_at__isnull", False), _connector="XOR"
                ),
                name="step_sent_once_told",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactstep",
            trigger=pgtrigger.compiler.Trigger(
                name="only_these_moves_of_state",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF TG_OP = 'INSERT' AND NEW.state NOT IN ('waiting') THEN\n            RAISE EXCEPTION 'Nothing begins as %.', NEW.state\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_these_moves';\n        END IF;\n        IF TG_OP = 'UPDATE' AND NEW.state <> OLD.state\n           AND (OLD.state, NEW.state) NOT IN (('waiting', 'sent'), ('waiting', 'left_out'), ('sent', 'seen'), ('sent', 'passed'), ('seen', 'answered'), ('seen', 'passed'), ('passed', 'answered')) THEN\n            RAISE EXCEPTION 'What is % cannot become %.', OLD.state, NEW.state\n                USING ERRCODE = 'check_violation', CONSTRAINT = 'only_these_moves';\n        END IF;\n        RETURN NEW;\n        ",
                    hash="3ea14e7b7a3bf595539d7e93a04783fe7323fa9e",
                    operation='INSERT OR UPDATE OF "state"',
                    pgid="pgtrigger_only_these_moves_of_state_ebfe3",
                    table="welfare_contactstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="contactmail",
            index=models.Index(
                condition=models.Q(("state__in", ["pending", "retry", "claimed", "transmitting"])),
                fields=["available_at"],
                name="contactmail_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "pending",
                            "claimed",
                            "transmitting",
                            "retry",
                            "sent",
                            "failed",
                            "uncertain",
                            "cancelled",
                        ],
                    )
                ),
                name="contactmail_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease_until__isnull", False), ("state__in", ("claimed", "transmitting"))),
                    models.Q(
                        models.Q(("state__in", ("claimed", "transmitting")), _negated=True),
                        ("lease_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="contactmail_leased_while_held",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="contactmail_sent_has_its_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactmail",
            trigger=pgtrigger.compiler.Trigger(
                name="guard_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nIF TG_OP = 'INSERT' THEN\n    IF NEW.state = 'pending' AND NEW.tries = 0 THEN RETURN NEW; END IF;\nELSIF NEW.message_id <> OLD.message_id OR NEW.kind <> OLD.kind THEN\n    NULL;\nELSIF NEW.state = OLD.state THEN\n    IF (NEW.tries, NEW.lease_until, NEW.available_at, NEW.sent_at, NEW.fault) IS NOT DISTINCT FROM\n       (OLD.tries, OLD.lease_until, OLD.available_at, OLD.sent_at, OLD.fault) THEN RETURN NEW; END IF;\nELSIF (OLD.state || '>' || NEW.state) IN ('pending>cancelled', 'pending>claimed', 'claimed>cancelled', 'claimed>failed', 'claimed>retry', 'claimed>transmitting', 'transmitting>failed', 'transmitting>retry', 'transmitting>sent', 'transmitting>uncertain', 'retry>cancelled', 'retry>claimed', 'failed>cancelled', 'failed>retry', 'uncertain>cancelled', 'uncertain>retry', 'uncertain>sent')\n      AND NEW.tries = OLD.tries + (NEW.state = 'claimed')::int\n      AND (NEW.state <> 'claimed' OR OLD.available_at <= clock_timestamp()) THEN\n    RETURN NEW;\nEND IF;\nRAISE EXCEPTION 'A mail does not go from % (try %) to % (try %).',\n    CASE WHEN TG_OP = 'UPDATE' THEN OLD.state ELSE 'nowhere' END,\n    CASE WHEN TG_OP = 'UPDATE' THEN OLD.tries ELSE 0 END, NEW.state, NEW.tries\n    USING ERRCODE = 'check_violation', CONSTRAINT = 'outbox_move';\n",
                    hash="a8c04ce0d4581a522a37a3742b434092ad2a96b7",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_guard_moves_fe5be",
                    table="welfare_contactmail",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
    ]
