import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { log } from '../../src/operations/log.ts';
import { onPostgres } from '../checks/looking.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { asked } from './asked.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres({
    settings: { logging_collector: 'on', log_line_prefix: '%m [%p] %q%u@%d ', log_timezone: 'Asia/Kolkata' },
  });
});
afterAll(() => server.stop());

describe('log of a real server', () => {
  it('groups', async () => {
    await server.query("select 1/0, 'secret-name'").catch(() => {});
    const report = await onPostgres(server, (target) => asked(log, target));
    console.log(JSON.stringify(report, null, 1));
    expect(report.headline).toMatch(/error × 1/);
  });
});
