import { afterAll, beforeAll, expect, test } from 'vitest';
import { countPostgres } from '../../../src/operations/slow/count-postgres.ts';
import { onPostgres } from '../../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

test.each([
  ['compute_query_id', 'off', 'compute_query_id is off'],
  ['pg_stat_statements.track', 'none', 'its setting track is none'],
])('where %s is %s nothing is counted, and that is no quiet night', async (setting, value, reason) => {
  const [{ database }] = (await server.query('select quote_ident(current_database()) as database')) as [
    { database: string },
  ];
  await server.query(`alter database ${database} set ${setting} = '${value}'`);
  const { looks, blind } = await onPostgres(server, (target) => countPostgres(target));
  await server.query(`alter database ${database} reset ${setting}`);
  expect(looks).toEqual([]);
  expect(blind).toEqual([
    {
      member: 'shop-db-1',
      reason: `pg_stat_statements counts nothing on shop-db-1: ${reason}`,
      fix: expect.stringMatching(/^ALTER SYSTEM SET/) as string,
    },
  ]);
});

test('where both are as they come, it is counted', async () => {
  const { looks, blind } = await onPostgres(server, (target) => countPostgres(target));
  expect(looks).toHaveLength(1);
  expect(blind).toEqual([]);
});
