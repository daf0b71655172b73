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

-- The change log: who changed what, from what to what. Triggers on the clinic's tables and on native ones that matter
-- write it, whatever way the change comes. Rows stand unchained in the caller's transaction, so that nobody queues up
-- and what is rolled back is not there; once it is committed, seal_changes() puts them into the chain.
CREATE TABLE IF NOT EXISTS clinic_log.clinic_change (
    id bigserial PRIMARY KEY,
    at timestamp NOT NULL DEFAULT (clock_timestamp() AT TIME ZONE 'UTC'),
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    model varchar NOT NULL,
    res_id integer,
    action varchar NOT NULL,
    user_id integer,
    role varchar NOT NULL DEFAULT session_user,
    old jsonb,
    new jsonb
);
CREATE INDEX IF NOT EXISTS clinic_change_record_idx ON clinic_log.clinic_change (model, res_id);
CREATE INDEX IF NOT EXISTS clinic_change_user_idx ON clinic_log.clinic_change (user_id, at);
CREATE INDEX IF NOT EXISTS clinic_change_tx_idx ON clinic_log.clinic_change (tx);
CREATE TABLE IF NOT EXISTS clinic_log.clinic_change_seal (
    sequence bigint PRIMARY KEY,
    change_id bigint NOT NULL UNIQUE,
    hash varchar(64) NOT NULL
);
CREATE TABLE IF NOT EXISTS clinic_log.clinic_change_head (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    sequence bigint NOT NULL,
    hash varchar(64) NOT NULL,
    below xid8 NOT NULL
);
INSERT INTO clinic_log.clinic_change_head (sequence, hash, below) VALUES (0, repeat('0', 64), '0') ON CONFLICT DO NOTHING;

-- Arguments: the model, the column with the record's id, secret columns and those that only follow from others (each
-- separated by commas), and for a table that links records: the field, and the column with the other id.
CREATE OR REPLACE FUNCTION clinic_log.record_change() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    unsaid constant text[] := string_to_array(TG_ARGV[3], ',');
    before jsonb;
    after jsonb;
    whole jsonb;
    record_id integer;
    who integer;
    name text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := to_jsonb(NEW);
    END IF;
    whole := COALESCE(after, before);
    record_id := whole ->> TG_ARGV[1];
    -- What Odoo writes it stamps; else a session may have said who it is. Neither: whoever has the database.
    IF date_trunc('second', (after ->> 'write_date')::timestamp) = date_trunc('second', now() AT TIME ZONE 'UTC') THEN
        who := after ->> 'write_uid';
    ELSE
        who := NULLIF(current_setting('clinic.uid', true), '');
    END IF;
    IF TG_ARGV[4] <> '' THEN
        before := CASE WHEN before IS NOT NULL THEN jsonb_build_object(TG_ARGV[4], before -> TG_ARGV[5]) END;
        after := CASE WHEN after IS NOT NULL THEN jsonb_build_object(TG_ARGV[4], after -> TG_ARGV[5]) END;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, before -> key), jsonb_object_agg(key, value) INTO before, after
          FROM jsonb_each(after)
         WHERE value IS DISTINCT FROM before -> key AND key <> ALL (unsaid);
        IF after IS NULL THEN
            RETURN NULL;
        END IF;
    ELSE
        before := jsonb_strip_nulls(before - unsaid);
        after := jsonb_strip_nulls(after - unsaid);
    END IF;
    -- Of the settings those are secret whose names say so.
    IF TG_ARGV[2] <> '' AND (TG_ARGV[0] <> 'ir.config_parameter' OR whole ->> 'key' ~* 'secret|password|passwd|token|key') THEN
        FOREACH name IN ARRAY string_to_array(TG_ARGV[2], ',') LOOP
            before := CASE WHEN before ? name THEN before || jsonb_build_object(name, '***') ELSE before END;
            after := CASE WHEN after ? name THEN after || jsonb_build_object(name, '***') ELSE after END;
        END LOOP;
    END IF;
    INSERT INTO clinic_log.clinic_change (model, res_id, action, user_id, old, new)
         VALUES (TG_ARGV[0], record_id, CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'write' ELSE 'unlink' END,
                 who, before, after);
    RETURN NULL;
END $$;

-- Seals what was committed; one at a time. Below the oldest transaction that still runs nothing comes any more.
CREATE OR REPLACE FUNCTION clinic_log.seal_changes() RETURNS bigint LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head record;
    change record;
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
    digest text;
    last bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('clinic_log.seal_changes')) THEN
        RETURN 0;
    END IF;
    SELECT * INTO STRICT head FROM clinic_log.clinic_change_head FOR UPDATE;
    digest := head.hash;
    last := head.sequence;
    FOR change IN
        SELECT c.id,
               jsonb_build_array(c.id, c.at, c.tx::text, c.model, c.res_id, c.action, c.user_id, c.role, c.old, c.new)::text
                   AS text
          FROM clinic_log.clinic_change c
         -- On another server, where a backup came to, transactions are counted from the beginning again.
         WHERE (horizon < head.below OR c.tx >= head.below)
           AND NOT EXISTS (SELECT FROM clinic_log.clinic_change_seal s WHERE s.change_id = c.id)
      ORDER BY c.id
    LOOP
        last := last + 1;
        digest := encode(sha256(convert_to(digest || change.text, 'UTF8')), 'hex');
        INSERT INTO clinic_log.clinic_change_seal (sequence, change_id, hash) VALUES (last, change.id, digest);
    END LOOP;
    UPDATE clinic_log.clinic_change_head SET sequence = last, hash = digest, below = horizon;
    RETURN last - head.sequence;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_trigger
         WHERE tgrelid = 'clinic_log.clinic_change'::regclass AND tgname = 'clinic_change_append_only'
    ) THEN
        CREATE TRIGGER clinic_change_append_only
            BEFORE UPDATE OR DELETE OR TRUNCATE ON clinic_log.clinic_change
            FOR EACH STATEMENT EXECUTE FUNCTION clinic_log.refuse();
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_trigger
         WHERE tgrelid = 'clinic_log.clinic_change_seal'::regclass AND tgname = 'clinic_change_seal_append_only'
    ) THEN
        CREATE TRIGGER clinic_change_seal_append_only
            BEFORE UPDATE OR DELETE OR TRUNCATE ON clinic_log.clinic_change_seal
            FOR EACH STATEMENT EXECUTE FUNCTION clinic_log.refuse();
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_trigger
         WHERE tgrelid = 'clinic_log.clinic_change_head'::regclass AND tgname = 'clinic_change_head_stays'
    ) THEN
        CREATE TRIGGER clinic_change_head_stays
            BEFORE DELETE OR TRUNCATE ON clinic_log.clinic_change_head
            FOR EACH STATEMENT EXECUTE FUNCTION clinic_log.refuse();
    END IF;
END $$;
ALTER TABLE clinic_log.clinic_change ENABLE ALWAYS TRIGGER clinic_change_append_only;
ALTER TABLE clinic_log.clinic_change_seal ENABLE ALWAYS TRIGGER clinic_change_seal_append_only;
ALTER TABLE clinic_log.clinic_change_head ENABLE ALWAYS TRIGGER clinic_change_head_stays;
