import pg from 'pg';

/** Passwords of the three roles that Nightshift uses. */
export type RolePasswords = { read: string; act: string; copy: string };

/**
 * Makes the roles of the three database rooms and pg_stat_statements, in the database that `query` is connected to as
 * superuser. Repeatable: an existing role gets the password. `nightshift_read` sees statistics and no rows.
 * https://www.postgresql.org/docs/18/predefined-roles.html
 */
export async function createRoles(query: (sql: string) => Promise<unknown>, passwords: RolePasswords): Promise<void> {
  await query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  await query(roleSql('nightshift_read', '', passwords.read));
  await query(roleSql('nightshift_act', '', passwords.act));
  await query(roleSql('nightshift_copy', 'REPLICATION', passwords.copy));
  await query('GRANT pg_monitor TO nightshift_read, nightshift_act');
  await query('GRANT pg_signal_backend TO nightshift_act');
}

/** CREATE ROLE takes no parameters and has no IF NOT EXISTS. */
function roleSql(name: string, attributes: string, password: string): string {
  const options = `LOGIN ${attributes} PASSWORD ${pg.escapeLiteral(password)}`;
  return `DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN ALTER ROLE ${name} ${options};
    ELSE CREATE ROLE ${name} ${options};
    END IF;
  END $$`;
}
