import { describe, expect, it } from 'vitest';
import { statements } from '../../src/operations/statements.ts';
import { onPostgres } from '../checks/looking.ts';
import { startTestPostgres } from '../servers.ts';
import { asked } from './asked.ts';

describe('/db statements', () => {
  it('says how many it counted, and of whom it could not', async () => {
    const server = await startTestPostgres();
    try {
      const report = await onPostgres(server, (target) => asked(statements, target));
      expect(report).toMatchObject({
        status: 'healthy',
        headline: expect.stringMatching(/statements of 1 database were counted$/),
      });
      await server.query('drop extension pg_stat_statements');
      const blind = await onPostgres(server, (target) => asked(statements, target));
      expect(blind).toMatchObject({ status: 'unknown', text: [expect.stringContaining('is not in this database')] });
    } finally {
      await server.stop();
    }
  });
});
