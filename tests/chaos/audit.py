"""What happened, written down by triggers of the test's own: the engine neither knows of them nor reads them.

Each event stands in the transaction that made it. A schedule is locked by whoever works on it, so that the
events of one schedule are numbered in the order in which they came to be. When all rows are written again in
another order (welfare/actions/retention.py) nothing happens to anybody, and nothing is written down.
"""

from collections.abc import Callable
from typing import Any

Ask = Callable[..., Any]
# What a person wishes; the rest of a schedule is the engine's own and proves nothing.
WISHES = (
    *("user_id", "cadence", "day", "at", "zone", "working_days", "quiet_from", "quiet_until"),
    *("paused_until", "holidays", "follows"),
)
SAID = ("cadence", "day", "at", "working_days", "quiet_from", "quiet_until", "holidays")
_WISHES = ", ".join(f"'{name}', s.{name}" for name in WISHES)
_SAID = ", ".join(f"'{name}', NEW.{name}" for name in SAID)
AUDIT = f"""
CREATE SCHEMA chaos;
CREATE TABLE chaos.event (
    number bigserial PRIMARY KEY, schedule bigint, kind text NOT NULL, at timestamptz NOT NULL, about jsonb,
    tx text NOT NULL DEFAULT pg_current_xact_id()::text
);
CREATE FUNCTION chaos.wishes(s welfare.welfare_schedule) RETURNS jsonb LANGUAGE sql STABLE AS
    $$ SELECT jsonb_build_object({_WISHES}) $$;
CREATE FUNCTION chaos.note(schedule bigint, kind text, about jsonb) RETURNS void LANGUAGE sql AS
    $$ INSERT INTO chaos.event (schedule, kind, at, about) VALUES (schedule, kind, clock_timestamp(), about) $$;

CREATE FUNCTION chaos.is_rewriting() RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT coalesce(current_setting('welfare.engine', true), '') = 'rewriting' $$;

CREATE FUNCTION chaos.of_schedule() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM chaos.note(OLD.id, 'stopped', NULL);
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM chaos.note(NEW.id, 'begun', chaos.wishes(NEW));
    ELSIF chaos.wishes(NEW) <> chaos.wishes(OLD) THEN
        PERFORM chaos.note(NEW.id, 'changed', chaos.wishes(NEW));
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION chaos.of_leave() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE row welfare.welfare_leave := coalesce(NEW, OLD);
BEGIN
    PERFORM chaos.note(row.schedule_id, CASE TG_OP WHEN 'DELETE' THEN 'back' ELSE 'leave' END,
        jsonb_build_object('first', row.first, 'last', row.last));
    RETURN NULL;
END $$;
CREATE FUNCTION chaos.of_occurrence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.slot_key LIKE 'event:%' AND OLD.state = 'planned' THEN
            PERFORM chaos.note(OLD.schedule_id, 'withdrawn', jsonb_build_object('key', OLD.slot_key));
        END IF;
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.slot_key LIKE 'event:%' THEN
        PERFORM chaos.note(NEW.schedule_id, 'asked', jsonb_build_object('key', NEW.slot_key, 'due', NEW.due_at));
    END IF;
    PERFORM chaos.note(NEW.schedule_id, 'row',
        jsonb_build_object('key', NEW.slot_key, 'state', NEW.state, 'why', NEW.skipped_for));
    RETURN NULL;
END $$;
CREATE FUNCTION chaos.of_notice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE of_it record;
BEGIN
    SELECT schedule_id, slot_key INTO of_it FROM welfare.welfare_occurrence WHERE id = NEW.occurrence_id;
    PERFORM chaos.note(of_it.schedule_id, 'told', jsonb_build_object('key', of_it.slot_key));
    RETURN NULL;
END $$;
CREATE FUNCTION chaos.of_delivery() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE row welfare.welfare_delivery := coalesce(NEW, OLD);
BEGIN
    PERFORM chaos.note(NULL, 'mail', jsonb_build_object('id', row.message_id, 'occurrence', row.occurrence_id,
        'state', CASE TG_OP WHEN 'DELETE' THEN 'gone' ELSE row.state END, 'failures', row.tries - row.early));
    RETURN NULL;
END $$;
CREATE FUNCTION chaos.of_default() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    PERFORM chaos.note(NULL, 'default', jsonb_build_object('hotline', NEW.hotline_id, {_SAID}));
    RETURN NULL;
END $$;
CREATE FUNCTION chaos.of_holiday() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE of_it text;
BEGIN
    SELECT code INTO of_it FROM welfare.welfare_holidaycalendar WHERE id = NEW.calendar_id;
    PERFORM chaos.note(NULL, 'holiday', jsonb_build_object('code', of_it, 'day', NEW.day, 'free', NOT NEW.taken_off));
    RETURN NULL;
END $$;
CREATE TRIGGER zz_chaos AFTER INSERT OR UPDATE ON welfare.welfare_reminderdefault
    FOR EACH ROW EXECUTE FUNCTION chaos.of_default();
CREATE TRIGGER zz_added AFTER INSERT ON welfare.welfare_holiday
    FOR EACH ROW WHEN (NEW.added) EXECUTE FUNCTION chaos.of_holiday();
CREATE TRIGGER zz_marked AFTER UPDATE ON welfare.welfare_holiday
    FOR EACH ROW WHEN (OLD.taken_off <> NEW.taken_off) EXECUTE FUNCTION chaos.of_holiday();
CREATE TRIGGER zz_chaos AFTER INSERT OR UPDATE OF state OR DELETE ON welfare.welfare_delivery
    FOR EACH ROW WHEN (NOT chaos.is_rewriting()) EXECUTE FUNCTION chaos.of_delivery();
CREATE TRIGGER zz_chaos AFTER INSERT OR UPDATE OR DELETE ON welfare.welfare_schedule
    FOR EACH ROW WHEN (NOT chaos.is_rewriting()) EXECUTE FUNCTION chaos.of_schedule();
CREATE TRIGGER zz_chaos AFTER INSERT OR DELETE ON welfare.welfare_leave
    FOR EACH ROW WHEN (NOT chaos.is_rewriting()) EXECUTE FUNCTION chaos.of_leave();
CREATE TRIGGER zz_chaos AFTER INSERT OR UPDATE OF state, skipped_for OR DELETE ON welfare.welfare_occurrence
    FOR EACH ROW WHEN (NOT chaos.is_rewriting()) EXECUTE FUNCTION chaos.of_occurrence();
CREATE TRIGGER zz_chaos AFTER INSERT ON welfare.welfare_notice
    FOR EACH ROW WHEN (NOT chaos.is_rewriting()) EXECUTE FUNCTION chaos.of_notice();
"""
REMOVE = "DROP SCHEMA chaos CASCADE"
EVENTS = (
    "SELECT number, schedule, kind, at, about::text, tx FROM chaos.event WHERE kind <> 'mail' ORDER BY number"
)
MAILS = """
SELECT DISTINCT ON (about->>'id') about->>'id', about->>'occurrence', about->>'state', (about->>'failures')::int
FROM chaos.event WHERE kind = 'mail' ORDER BY about->>'id', number DESC
"""


def install(ask: Ask) -> None:
    """Begin to write down; ``ask`` runs SQL as the owner of the tables or as the superuser."""
    ask(AUDIT)


def mark(ask: Ask, kind: str) -> None:
    """Write down what concerns everybody: a moment at which all is to be done, or a clock about to move."""
    ask(f"SELECT chaos.note(NULL, '{kind}', NULL)")
