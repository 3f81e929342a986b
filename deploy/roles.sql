-- The roles of Anamnesis. Run by a superuser IN the database that is to hold the record, as often as you like:
--
--     createdb anamnesis
--     psql -d anamnesis -f deploy/roles.sql
--     psql -d anamnesis -c '\password anamnesis_web' -c '\password anamnesis_migrator'
--
-- The embedded server runs this same file. What each role may do inside the database is said by the migrations
-- (config/migrations, eventstore/sql), which run as the owner.
--
--   anamnesis_owner     owns the database, the ledgers and the read models; cannot log in
--   anamnesis_migrator  logs in to migrate, seed and rebuild; acts as the owner
--   anamnesis_web       serves pages: reads the ledgers, appends through the one door, writes read models

SET client_min_messages = warning;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anamnesis_owner') THEN
        CREATE ROLE anamnesis_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anamnesis_migrator') THEN
        CREATE ROLE anamnesis_migrator;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anamnesis_web') THEN
        CREATE ROLE anamnesis_web;
    END IF;
END
$$;

ALTER ROLE anamnesis_owner NOLOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE anamnesis_migrator LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS NOCREATEDB;
ALTER ROLE anamnesis_web LOGIN NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS NOCREATEDB;

GRANT anamnesis_owner TO anamnesis_migrator;

-- A session that holds or awaits a lock for long is ended: the one writer's lock is never held up for all.
ALTER ROLE anamnesis_web SET lock_timeout = '2s';
ALTER ROLE anamnesis_web SET statement_timeout = '30s';
ALTER ROLE anamnesis_web SET idle_in_transaction_session_timeout = '30s';

DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO anamnesis_owner', current_database());
END
$$;
ALTER SCHEMA public OWNER TO pg_database_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- No one else gets in, and no one makes temporary tables that could stand in front of the real ones.
DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO anamnesis_migrator, anamnesis_web', current_database());
END
$$;
