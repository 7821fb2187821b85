import { bytesText } from '../../../checks/wording.ts';
import type { PostgresMember } from '../../../targets/postgres.ts';

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-DBSIZE */
const SIZE = `select sum(pg_database_size(oid))::float8 as bytes from pg_database where not datistemplate`;

/** ", 3.1 GB" of all databases together; nothing where the server does not say it in time. */
export async function sizeWords({ query }: Pick<PostgresMember, 'query'>): Promise<string> {
  const rows = await query<{ bytes: number | null }>(SIZE).catch(() => []);
  const bytes = rows[0]?.bytes ?? null;
  return bytes === null ? '' : `, ${bytesText(bytes)}`;
}
