import { readFileSync } from 'node:fs';
import pg from 'pg';

/** The rights of the rooms stand there and nowhere else. */
const RIGHTS = new URL('../../../infra/migrations/init-database.sql', import.meta.url);
const CANARY_RIGHTS = new URL('../../../infra/migrations/canary.sql', import.meta.url);

/** Passwords of the three roles that Nightshift uses. */
export type RolePasswords = { read: string; act: string; copy: string };

/**
 * Makes the roles of the three database rooms, what they need in a database, and pg_stat_statements, in the database that
 * `query` is connected to as superuser. Repeatable: an existing role gets the password. `nightshift_read` sees statistics and no rows.
 * https://www.postgresql.org/docs/18/predefined-roles.html
 */
export async function createRoles(query: (sql: string) => Promise<unknown>, passwords: RolePasswords): Promise<void> {
  await query(readFileSync(RIGHTS, 'utf8'));
  await setRole(query, 'nightshift_read', '', passwords.read);
  await setRole(query, 'nightshift_act', '', passwords.act);
  await setRole(query, 'nightshift_copy', 'REPLICATION', passwords.copy);
}

/** Makes the row of the canary, in the database that `query` is connected to, and the role that may write it. Repeatable. */
export async function createCanary(query: (sql: string) => Promise<unknown>, password: string): Promise<void> {
  await query(readFileSync(CANARY_RIGHTS, 'utf8'));
  await setRole(query, 'nightshift_canary', '', password);
}

/**
 * Makes a role that can log in, or gives an existing one the password. CREATE ROLE takes no parameters and has no IF NOT
 * EXISTS: https://www.postgresql.org/docs/18/sql-createrole.html
 */
export async function setRole(
  query: (sql: string) => Promise<unknown>,
  name: string,
  attributes: string,
  password: string,
): Promise<void> {
  const options = `LOGIN ${attributes} PASSWORD ${pg.escapeLiteral(password)}`;
  await query(`DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN ALTER ROLE ${name} ${options};
    ELSE CREATE ROLE ${name} ${options};
    END IF;
  END $$`);
}
