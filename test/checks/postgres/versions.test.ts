import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresChecks } from '../../../src/checks/index.ts';
import { startTestPostgres } from '../../servers.ts';
import { ask, judged, onPostgres } from '../looking.ts';
import { hasDebianPostgres, startDebianPostgres } from './debian-postgres.ts';

const inRead = postgresChecks.filter(({ ask: asked }) => asked.read);
const versions = [
  { version: 18, start: () => startTestPostgres() },
  ...(hasDebianPostgres ? [{ version: 15, start: startDebianPostgres }] : []),
];

describe.each(versions)('on PostgreSQL $version', ({ version, start }) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('every check answers, finds nothing above info on a new server, and keeps its sample small', async () => {
    const answers = await onPostgres(server, async (target) => {
      expect(Math.floor((target.primary?.version ?? 0) / 10_000)).toBe(version);
      return Promise.all(inRead.map(async (check) => ({ check, seen: await ask(check, target) })));
    });
    expect(answers).toHaveLength(inRead.length);
    for (const { check, seen } of answers) {
      expect(seen, check.id).toHaveProperty('sample');
      if (!('sample' in seen)) continue;
      const found = judged(check, seen.sample).filter(({ severity }) => severity !== 'info');
      expect(found, check.id).toEqual([]);
      expect(JSON.stringify(seen.sample).length, check.id).toBeLessThan(8192);
    }
  });
});
