-- What the canary of Nightshift may do in a PostgreSQL server: write one row, and nothing else. Only where nightshift.yaml says
-- `canary` for the target; run infra/migrations/init-database.sql first, in the same database, as the same administrator:
--
--   psql -h <primary> -U <administrator> -d <database> -v ON_ERROR_STOP=1 -f infra/migrations/canary.sql
--
-- Then set its password (`\password nightshift_canary`). It may be run any number of times. To take it away again:
-- DROP TABLE nightshift.heartbeat; REVOKE ALL ON SCHEMA nightshift FROM nightshift_canary; DROP ROLE nightshift_canary;

BEGIN;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'nightshift_canary') THEN
    CREATE ROLE nightshift_canary LOGIN CONNECTION LIMIT 10;
  END IF;
END
$$;

-- One row for ever: a write of it is replicated like any other. `fillfactor` leaves room beside it, so that a write makes no new index entry.
-- https://www.postgresql.org/docs/current/storage-hot.html
CREATE TABLE IF NOT EXISTS nightshift.heartbeat (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  number bigint NOT NULL,
  written_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO nightshift.heartbeat (number, written_at) VALUES (0, clock_timestamp()) ON CONFLICT (only_row) DO NOTHING;

REVOKE ALL ON nightshift.heartbeat FROM PUBLIC;
GRANT USAGE ON SCHEMA nightshift TO nightshift_canary;
GRANT SELECT, UPDATE (number, written_at) ON nightshift.heartbeat TO nightshift_canary;
-- How old the last write is that a standby has. The act room looks once more right before it promotes one.
GRANT USAGE ON SCHEMA nightshift TO nightshift_act;
GRANT SELECT ON nightshift.heartbeat TO nightshift_read, nightshift_act;

COMMIT;
