import pg from 'pg';
import { testPasswords } from '../../servers/passwords.ts';

/** What a server of this machine says: how many orders it has, unless something else is asked. */
export async function countOrders(port: number, sql = 'SELECT count(*)::int FROM orders'): Promise<unknown> {
  const client = new pg.Client({
    connectionString: `postgres://postgres:${testPasswords.superuser}@127.0.0.1:${port}/shop`,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ [column: string]: unknown }>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}
