-- The logs: who looked at which patient's record (access), and who changed what (change). In a schema of its own.
--
-- Odoo runs this when it installs or updates the addon, as the application's own role. Then the log is append-only, but
-- who has that role could drop it. So a superuser runs it, and log_owner.sql after it, once for each database and again
-- after an update that asks for it: then everything here belongs to a role that nobody logs in with.
-- Both files may be run any number of times.

CREATE SCHEMA IF NOT EXISTS clinic_log;

-- A log that was kept in the schema "public" moves here as it is.
DO $$
BEGIN
    IF to_regclass('clinic_log.clinic_access_log') IS NULL AND to_regclass('public.clinic_access_log') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS clinic_access_log_append_only ON public.clinic_access_log;
        DROP TRIGGER IF EXISTS clinic_access_log_head_stays ON public.clinic_access_log_head;
        DROP TRIGGER IF EXISTS clinic_access_log_head_onward ON public.clinic_access_log_head;
        ALTER TABLE public.clinic_access_log SET SCHEMA clinic_log;
        ALTER TABLE public.clinic_access_log_head SET SCHEMA clinic_log;
        DROP FUNCTION IF EXISTS public.clinic_access_log_refuse();
        DROP FUNCTION IF EXISTS public.clinic_access_log_onward();
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS clinic_log.clinic_access_log (
    id serial PRIMARY KEY,
    sequence integer NOT NULL UNIQUE,
    at timestamp NOT NULL,
    user_id integer NOT NULL,
    patient_id integer,
    model varchar NOT NULL,
    action varchar NOT NULL,
    reason varchar,
    ip varchar,
    hash varchar(64) NOT NULL
);
CREATE INDEX IF NOT EXISTS clinic_access_log_user_idx ON clinic_log.clinic_access_log (user_id, at);
CREATE INDEX IF NOT EXISTS clinic_access_log_patient_idx ON clinic_log.clinic_access_log (patient_id, at);

-- Number and hash of the last row, so that rows cut off from the end are missed.
CREATE TABLE IF NOT EXISTS clinic_log.clinic_access_log_head (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    sequence integer NOT NULL,
    hash varchar(64) NOT NULL
);
INSERT INTO clinic_log.clinic_access_log_head (sequence, hash) VALUES (0, repeat('0', 64)) ON CONFLICT DO NOTHING;

-- Nothing is ever in it: all writers queue up for its lock before their first query, see access_log.py.
CREATE TABLE IF NOT EXISTS clinic_log.clinic_access_log_queue ();

CREATE OR REPLACE FUNCTION clinic_log.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The log is append-only: % is refused', TG_OP;
END $$;

CREATE OR REPLACE FUNCTION clinic_log.onward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence <= OLD.sequence THEN
        RAISE EXCEPTION 'The log is append-only: its end does not go back';
    END IF;
    RETURN NEW;
END $$;

-- What the application may do besides reading. The hashes are the caller's: a wrong one is found, and harms nothing else.
CREATE OR REPLACE FUNCTION clinic_log.append_access(entries jsonb) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    last integer;
    added integer;
    lowest integer;
    highest integer;
BEGIN
    SELECT sequence INTO STRICT last FROM clinic_log.clinic_access_log_head FOR UPDATE;
    SELECT count(*), min(sequence), max(sequence) INTO added, lowest, highest
      FROM jsonb_to_recordset(entries) AS entry (sequence integer);
    IF added = 0 OR lowest <> last + 1 OR highest <> last + added THEN
        RAISE EXCEPTION 'The log is append-only: a row follows the last one';
    END IF;
    INSERT INTO clinic_log.clinic_access_log
                (sequence, at, user_id, patient_id, model, action, reason, ip, hash)
         SELECT sequence, at, user_id, patient_id, model, action, reason, ip, hash
           FROM jsonb_to_recordset(entries) AS entry (
                sequence integer, at timestamp, user_id integer, patient_id integer, model varchar, action varchar,
                reason varchar, ip varchar, hash varchar)
       ORDER BY sequence;
    UPDATE clinic_log.clinic_access_log_head
       SET sequence = highest,
           hash = (SELECT log.hash FROM clinic_log.clinic_access_log log WHERE log.sequence = highest);
END $$;

-- Not even a session that plays a replica, for which triggers usually rest, passes.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_trigger
         WHERE tgrelid = 'clinic_log.clinic_access_log'::regclass AND tgname = 'clinic_access_log_append_only'
    ) THEN
        CREATE TRIGGER clinic_access_log_append_only
            BEFORE UPDATE OR DELETE OR TRUNCATE ON clinic_log.clinic_access_log
            FOR EACH STATEMENT EXECUTE FUNCTION clinic_log.refuse();
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_trigger
         WHERE tgrelid = 'clinic_log.clinic_access_log_head'::regclass AND tgname = 'clinic_access_log_head_stays'
    ) THEN
        CREATE TRIGGER clinic_access_log_head_stays
            BEFORE DELETE OR TRUNCATE ON clinic_log.clinic_access_log_head
            FOR EACH STATEMENT EXECUTE FUNCTION clinic_log.refuse();
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_trigger
         WHERE tgrelid = 'clinic_log.clinic_access_log_head'::regclass AND tgname = 'clinic_access_log_head_onward'
    ) THEN
        CREATE TRIGGER clinic_access_log_head_onward
            BEFORE UPDATE ON clinic_log.clinic_access_log_head
            FOR EACH ROW EXECUTE FUNCTION clinic_log.onward();
    END IF;
END $$;
ALTER TABLE clinic_log.clinic_access_log ENABLE ALWAYS TRIGGER clinic_access_log_append_only;
ALTER TABLE clinic_log.clinic_access_log_head ENABLE ALWAYS TRIGGER clinic_access_log_head_stays;
ALTER TABLE clinic_log.clinic_access_log_head ENABLE ALWAYS TRIGGER clinic_access_log_head_onward;
