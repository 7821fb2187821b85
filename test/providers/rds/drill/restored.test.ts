import { afterAll, beforeAll, expect, it } from 'vitest';
import { restoredCopy } from '../../../../src/providers/rds/drill/restored.ts';
import { startTestPostgres, type TestPostgres } from '../../../servers.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
  await server.query('CREATE TABLE quick AS SELECT 1 AS n');
  await server.query('CREATE TABLE slow AS SELECT 1 AS n');
  await server.query('ALTER TABLE slow ENABLE ROW LEVEL SECURITY');
  await server.query('CREATE POLICY late ON slow USING (pg_sleep(600) IS NOT NULL)');
  await server.query('GRANT pg_read_all_data TO nightshift_read');
});
afterAll(() => server.stop('immediate'));

it('what does not answer in its time is not looked at, and is not damaged', async () => {
  const members = server.spec.members.map((member) => ({ ...member, host: 'original.invalid' }));
  const spec = { ...server.spec, members };
  const options = { secret: async ({ name }: { name?: string }) => server.environment[name ?? ''] ?? '' };
  const limits = { deadlineMs: 300_000, connectTimeoutMs: 60_000, queryTimeoutMs: 3000 };
  const copy = restoredCopy({ spec, options: options as never }, limits);
  const seen = await copy.look({ host: '127.0.0.1', port: server.port, holdsUntil: new Date().toISOString() });
  if ('notReached' in seen) throw new Error(seen.notReached);
  const rows = seen.looks.find(({ what }) => what === 'rows (shop)');
  expect(rows).toMatchObject({ outcome: 'passed', problems: [] });
  const [, read, all] = /^(\d+) of (\d+) tables read/.exec(rows?.detail ?? '') ?? [];
  expect(Number(read)).toBeLessThan(Number(all));
  expect(Number(read)).toBeGreaterThan(0);
});
