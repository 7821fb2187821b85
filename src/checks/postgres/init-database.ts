/** The file that makes what the read room needs in each database. */
export const INIT_DATABASE = 'infra/migrations/init-database.sql';

/** What mends a look that pg_monitor alone does not allow. `role` is quoted where SQL needs it. */
export function initDatabaseFix(database: string, role: string): string {
  const member = role === 'nightshift_read' ? '' : `, then GRANT nightshift_read TO ${role};`;
  return `As administrator: psql -d '${database.replaceAll("'", "''")}' -f ${INIT_DATABASE}${member}`;
}
