-- Run by a superuser after log.sql, in the clinic's database: the logs belong to a role that nobody logs in with.
-- The application, which owns the database, reads and appends, and can neither change, delete, empty nor drop them.

DO $$
DECLARE
    application text := (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database());
    thing record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'clinic_log_owner') THEN
        CREATE ROLE clinic_log_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
    END IF;
    ALTER SCHEMA clinic_log OWNER TO clinic_log_owner;
    FOR thing IN SELECT oid::regclass AS name FROM pg_class
                  WHERE relnamespace = 'clinic_log'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO clinic_log_owner', thing.name);
        EXECUTE format('REVOKE ALL ON TABLE %s FROM PUBLIC, %I', thing.name, application);
        EXECUTE format('GRANT SELECT ON TABLE %s TO %I', thing.name, application);
    END LOOP;
    -- A backup that the application makes reads them.
    FOR thing IN SELECT oid::regclass AS name FROM pg_class
                  WHERE relnamespace = 'clinic_log'::regnamespace AND relkind = 'S' LOOP
        EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC, %I', thing.name, application);
        EXECUTE format('GRANT SELECT ON SEQUENCE %s TO %I', thing.name, application);
    END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'clinic_log'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO clinic_log_owner', thing.name);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', thing.name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', thing.name, application);
    END LOOP;
    EXECUTE format('REVOKE ALL ON SCHEMA clinic_log FROM PUBLIC, %I', application);
    EXECUTE format('GRANT USAGE ON SCHEMA clinic_log TO %I', application);
    -- To lock it, which needs this right, is to queue up; there is nothing in it to update.
    EXECUTE format('GRANT UPDATE ON TABLE clinic_log.clinic_access_log_queue TO %I', application);
END $$;
