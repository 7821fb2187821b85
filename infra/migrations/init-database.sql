-- What Nightshift's rooms may do in a PostgreSQL server, 14 to 18: one role that looks and one that acts, without a password yet.
-- Run it once in each database that is looked at, as its administrator, and again after an update of Nightshift:
--
--   psql -h <primary> -U <administrator> -d <database> -v ON_ERROR_STOP=1 -f infra/migrations/init-database.sql
--
-- Then set the passwords (`\password nightshift_read` in psql sends them hashed), or GRANT rds_iam for signed tokens.
-- It may be run any number of times. Nobody gets to see a row of yours: pg_read_all_data is not given to anybody.

BEGIN;

-- Roles belong to the server, not to the database. https://www.postgresql.org/docs/current/predefined-roles.html
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'nightshift_read') THEN
    CREATE ROLE nightshift_read LOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'nightshift_act') THEN
    CREATE ROLE nightshift_act LOGIN;
  END IF;
END
$$;

-- The read room sees statistics and settings, no rows.
GRANT pg_monitor TO nightshift_read;
-- The act room sees the same, ends sessions and moves the writes to another server, each after an approval.
GRANT pg_monitor, pg_signal_backend TO nightshift_act;

-- A switchover of servers of your own holds the writes on the old primary by two of its settings, and promotes the standby; nothing
-- else may be set. Only a superuser can give these rights away (15 and later), so on RDS and Aurora, where the provider moves the
-- writes, they are left out. https://www.postgresql.org/docs/current/sql-grant.html
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
    RETURN;
  END IF;
  GRANT SELECT ON pg_catalog.pg_file_settings TO nightshift_read, nightshift_act;
  GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings() TO nightshift_read, nightshift_act;
  GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO nightshift_act;
  GRANT EXECUTE ON FUNCTION pg_catalog.pg_promote(boolean, integer) TO nightshift_act;
  IF current_setting('server_version_num')::int >= 150000 THEN
    EXECUTE 'GRANT ALTER SYSTEM ON PARAMETER synchronous_standby_names, default_transaction_read_only TO nightshift_act';
  END IF;
END
$$;

-- What the read room needs and pg_monitor does not show stands in a schema of its own, as functions: two that answer
-- with numbers only, and one that reads the server's log.
CREATE SCHEMA IF NOT EXISTS nightshift;
REVOKE ALL ON SCHEMA nightshift FROM PUBLIC;
DO $$
BEGIN
  -- Whoever owns the schema could put other functions in place of these.
  IF (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'nightshift') <> quote_ident(current_user)::regrole THEN
    RAISE EXCEPTION 'schema nightshift belongs to %: run this as that role, or drop the schema first',
      (SELECT nspowner::regrole FROM pg_catalog.pg_namespace WHERE nspname = 'nightshift');
  END IF;
END
$$;

-- How wide columns are and how often they are null, for the estimates of bloat: to others, pg_stats is silently empty. Most common
-- values and histograms, which are data, stay hidden. The owner of the function has to be able to read the tables (on RDS: be a
-- member of pg_read_all_data, or own them). https://www.postgresql.org/docs/current/view-pg-stats.html
CREATE OR REPLACE FUNCTION nightshift.column_statistics(relations oid[])
  RETURNS TABLE (relation oid, attribute smallint, null_fraction real, width integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.oid, a.attnum, s.null_frac, s.avg_width
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND NOT s.inherited
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
   WHERE c.oid = ANY (relations)
$$;

-- How far sequences have come: to others, their last value is NULL. Each one that is read stays locked until the end of the
-- statement (ROW EXCLUSIVE, which nobody waits for but ALTER SEQUENCE), so at most 500 are read at once.
-- https://www.postgresql.org/docs/current/view-pg-sequences.html
CREATE OR REPLACE FUNCTION nightshift.sequence_positions(sequences oid[])
  RETURNS TABLE (sequence oid, last_value bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.oid, pg_sequence_last_value(c.oid)
    FROM unnest(sequences[1:500]) AS asked (oid) JOIN pg_class c ON c.oid = asked.oid
   WHERE CASE WHEN c.relkind = 'S' AND c.relpersistence <> 't' THEN has_sequence_privilege(c.oid, 'usage, select') END
$$;

-- A part of one log file of the server, by its name in pg_ls_logdir(); null where the file is gone. The log holds what statements
-- were made of, so what is read is masked in the read room before anything leaves it. The right to read any file of the server
-- (pg_read_server_files) is given to nobody: names with a path, and files that are no logs, are refused, and a megabyte at most is
-- read at once. Nor is it read while a statement is planned: EXPLAIN calls functions of applications with the rights of whoever
-- asks, and one of them could read the log for somebody else. The owner of the function has to be a superuser; on RDS nobody is, and the log is asked for elsewhere.
-- https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-GENFILE
CREATE OR REPLACE FUNCTION nightshift.read_log(name text, from_byte bigint, bytes integer)
  RETURNS bytea
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF current_query() !~* '^\s*select\M' THEN
    RAISE EXCEPTION 'a log is read by SELECT alone' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF name !~ '^[^./\\][^/\\]*\.(log|csv|json)$' OR from_byte < 0 OR bytes < 1 OR bytes > 1048576 THEN
    RAISE EXCEPTION 'not a log file, or not a part of one' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  RETURN pg_read_binary_file(current_setting('log_directory') || '/' || name, from_byte, bytes, true);
END
$$;

REVOKE ALL ON FUNCTION nightshift.column_statistics(oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION nightshift.sequence_positions(oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION nightshift.read_log(text, bigint, integer) FROM PUBLIC;
GRANT USAGE ON SCHEMA nightshift TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.column_statistics(oid[]) TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.sequence_positions(oid[]) TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.read_log(text, bigint, integer) TO nightshift_read;

COMMIT;

-- Which statements take the time. It has to be in shared_preload_libraries to count; without the files of contrib this line alone fails.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
