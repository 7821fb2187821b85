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
    -- Where there are more standbys than one: lets the bot point the others at a new primary. Whoever has it could have a standby send the
    -- password of its replication role to another host, so nobody gets it by default.
    -- EXECUTE 'GRANT ALTER SYSTEM ON PARAMETER primary_conninfo TO nightshift_act';
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

-- Where earlier timelines ended, as the history of this server's own timeline has it: which timeline, and up to where. Nothing for the
-- first one. A standby reads it as well. The history is a small file that only a superuser may read.
-- https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES
CREATE OR REPLACE FUNCTION nightshift.timeline_history()
  RETURNS TABLE (timeline integer, ended_at pg_lsn)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  now_on integer := CASE
    WHEN pg_is_in_recovery() THEN greatest((SELECT c.timeline_id FROM pg_control_checkpoint() c), (SELECT r.received_tli FROM pg_stat_wal_receiver r))
    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer END;
BEGIN
  RETURN QUERY
    SELECT f[1]::integer, f[2]::pg_lsn
      FROM regexp_split_to_table(
             coalesce(pg_read_file('pg_wal/' || upper(lpad(to_hex(now_on), 8, '0')) || '.history', 0, 1048576, true), ''), '\n') AS line,
           regexp_match(line, '^(\d+)\s+([0-9A-F]+/[0-9A-F]+)') AS f
     WHERE f IS NOT NULL;
END
$$;

-- What was committed on this server from a place of its log of writes on, as counts: how many commits changed rows (`commit`), or only
-- definitions and rights, or emptied a table (`definition`), when the first and the last; how many rows of which table. What the server
-- commits for itself is `upkeep`. Values stay in the log. It needs pg_walinspect (15 and later), and the log from that place on; of more
-- than 128 MB it says nothing. Rows of other databases are counted by database. Relations below 16384 are the server's own; 2619, 2840
-- and 3429 are its statistics. https://www.postgresql.org/docs/current/pgwalinspect.html
CREATE OR REPLACE FUNCTION nightshift.changes_since(place pg_lsn)
  RETURNS TABLE (what text, relation text, changes bigint, first_at timestamptz, last_at timestamptz)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
  up_to pg_lsn := CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END;
  inspect text := (SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                    WHERE e.extname = 'pg_walinspect');
BEGIN
  IF inspect IS NULL THEN
    RAISE EXCEPTION 'the extension pg_walinspect is not in this database' USING ERRCODE = 'undefined_object';
  END IF;
  IF up_to - place > 134217728 THEN
    RAISE EXCEPTION 'more than 128 MB were written since' USING ERRCODE = 'program_limit_exceeded';
  END IF;
  IF up_to <= place THEN
    RETURN;
  END IF;
  RETURN QUERY EXECUTE format($q$
    WITH record AS MATERIALIZED (
      SELECT xid::text::bigint AS xid, resource_manager AS manager, split_part(record_type, '+', 1) AS kind, description,
             CASE WHEN resource_manager <> 'Transaction' THEN substring(block_ref FROM 'rel (\d+/\d+/\d+)') END AS file
        FROM %s.pg_get_wal_records_info($1, $2)
       WHERE resource_manager = 'Transaction' AND record_type LIKE 'COMMIT%%'
          OR resource_manager IN ('Heap', 'Heap2')
             AND split_part(record_type, '+', 1) IN ('INSERT', 'MULTI_INSERT', 'UPDATE', 'HOT_UPDATE', 'DELETE', 'TRUNCATE')
    ), commit AS MATERIALIZED (
      SELECT coalesce(substring(description FROM '^(\d+): ')::bigint, xid) AS xid,
             regexp_replace(split_part(description, ';', 1), '^\d+: ', '')::timestamptz AS at,
             substring(description FROM 'subxacts: ([\d ]+)') AS parts
        FROM record WHERE manager = 'Transaction'
    ), committed AS MATERIALIZED (
      SELECT c.xid, c.xid AS top FROM commit c
      UNION ALL SELECT part::bigint, c.xid FROM commit c, regexp_split_to_table(c.parts, ' +') AS part WHERE part <> ''
    ), counted AS MATERIALIZED (
      SELECT m.top, r.file, CASE r.kind WHEN 'MULTI_INSERT' THEN 'insert' WHEN 'HOT_UPDATE' THEN 'update' ELSE lower(r.kind) END AS kind,
             sum(CASE WHEN r.kind <> 'MULTI_INSERT' THEN 1
                      ELSE coalesce(substring(r.description FROM 'ntuples: (\d+)'), substring(r.description FROM '(\d+) tuples'), '1')::bigint
                 END)::bigint AS number
        FROM record r JOIN committed m USING (xid) WHERE r.manager <> 'Transaction' GROUP BY 1, 2, 3
    ), file AS (
      SELECT f.file, split_part(f.file, '/', 1)::oid AS space, split_part(f.file, '/', 2)::oid AS db, split_part(f.file, '/', 3)::oid AS node
        FROM (SELECT DISTINCT c.file FROM counted c) f
    ), found AS (
      SELECT f.*, d.datname, CASE WHEN f.db = 0 OR d.datname = current_database() THEN pg_filenode_relation(f.space, f.node)::oid END AS relid
        FROM file f LEFT JOIN pg_database d ON d.oid = f.db
    ), named AS (
      SELECT f.file,
             CASE WHEN f.datname <> current_database() THEN 'database ' || f.datname
                  WHEN c.oid IS NULL THEN 'a table that is not there any more'
                  WHEN c.oid = 'pg_largeobject'::regclass THEN 'large objects'
                  ELSE quote_ident(n.nspname) || '.' || quote_ident(c.relname) END AS relation,
             CASE WHEN coalesce(f.relid, f.node) IN (2619, 2840, 3429) THEN 'upkeep'
                  WHEN n.nspname = 'pg_toast' THEN 'part'
                  WHEN c.oid = 'pg_largeobject'::regclass THEN 'table'
                  WHEN n.nspname = 'pg_catalog' OR c.oid IS NULL AND f.node < 16384 THEN 'definition'
                  ELSE 'table' END AS sort
        FROM found f LEFT JOIN pg_class c ON c.oid = f.relid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    ), wrote AS (
      SELECT c.top, bool_or(n.sort = 'table') AS rows, bool_or(n.sort = 'definition') AS definitions
        FROM counted c JOIN named n USING (file) GROUP BY 1
    )
    SELECT CASE WHEN w.rows THEN 'commit' WHEN w.definitions THEN 'definition' ELSE 'upkeep' END, NULL::text, count(*), min(c.at), max(c.at)
      FROM commit c LEFT JOIN wrote w ON w.top = c.xid GROUP BY 1
    UNION ALL
    SELECT c.kind, n.relation, sum(c.number)::bigint, NULL, NULL FROM counted c JOIN named n USING (file) WHERE n.sort = 'table' GROUP BY 1, 2
    $q$, inspect) USING place, up_to;
END
$$;

REVOKE ALL ON FUNCTION nightshift.column_statistics(oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION nightshift.sequence_positions(oid[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION nightshift.read_log(text, bigint, integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION nightshift.timeline_history() FROM PUBLIC;
REVOKE ALL ON FUNCTION nightshift.changes_since(pg_lsn) FROM PUBLIC;
GRANT USAGE ON SCHEMA nightshift TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.column_statistics(oid[]) TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.sequence_positions(oid[]) TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.read_log(text, bigint, integer) TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.timeline_history() TO nightshift_read;
GRANT EXECUTE ON FUNCTION nightshift.changes_since(pg_lsn) TO nightshift_read;

COMMIT;

-- Which statements take the time. It has to be in shared_preload_libraries to count; without the files of contrib this line alone fails.
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

-- What a failover lost is counted in the log of writes of the old primary; 15 and later, where the files of contrib are there.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pg_walinspect') THEN
    CREATE EXTENSION IF NOT EXISTS pg_walinspect;
  END IF;
END
$$;
