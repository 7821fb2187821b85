import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogReader } from '../../src/logs/read-log.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

const SECRET = 'hunter2';
const PREFIX = '%m [%p] %u@%d ';
let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres({
    settings: {
      logging_collector: 'on',
      log_directory: 'log',
      log_filename: 'pg.log',
      log_line_prefix: PREFIX,
      log_destination: 'stderr,csvlog',
      lc_messages: 'C',
    },
  });
  const client = await server.connect();
  await client.query("load 'auto_explain'");
  await client.query('create table person (id int primary key, name text, secret text)');
  for (const format of ['text', 'json']) {
    await client.query(
      `set auto_explain.log_format = ${format}; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on`,
    );
    for (const id of [1, 2, 3])
      await client.query(
        `select name /* ${format} */ as ${format}_name\nfrom person where secret = '${SECRET}' and name || '${SECRET}' <> 'b' and id in (${id}, 987654321) order by lower(name || '${SECRET}')`,
      );
    await client.query(`select id as ${format}_id from person where secret = $1 and id = $2`, [SECRET, 987654321]);
    await client.query('set auto_explain.log_min_duration = -1');
  }
  await client.end();
  await server.primary.stop();
});

afterAll(() => server.stop());

test.each(['stderr', 'csv'] as const)(
  'plans of %s are counted by their statement, with the slowest one and without a value',
  (format) => {
    const reader = createLogReader(format === 'stderr' ? { format, prefix: PREFIX } : { format });
    reader.push(readFileSync(join(server.primary.dataDirectory, 'log', format === 'csv' ? 'pg.csv' : 'pg.log')));
    const { digest } = reader.end();
    const planOf = (start: string) => digest.statements.find(({ text }) => text.startsWith(`select ${start}`));
    for (const kind of ['text', 'json']) {
      expect(planOf(`name as ${kind}_name`)).toMatchObject({ plans: 3, calls: 0, meanMs: 0 });
      expect(planOf(`id as ${kind}_id`)).toMatchObject({ plans: 1 });
      const { text = '', durationMs = 0 } = planOf(`name as ${kind}_name`)?.slowestPlan ?? {};
      expect(durationMs).toBeGreaterThan(0);
      expect(text).toContain('Scan');
      expect(text).toMatch(/secret = \?::text/);
      expect(text).toMatch(kind === 'text' ? /Sort {2}\(cost=/ : /"Node Type": "Sort"/);
    }
    expect(digest.plans).toBeGreaterThanOrEqual(8);
    for (const value of [SECRET, '987654321']) expect(JSON.stringify(digest)).not.toContain(value);
  },
);
