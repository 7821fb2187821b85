import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresChecks } from '../../src/checks/index.ts';
import { exposition } from '../providers/machines/exposition.ts';
import { startStandIn, type Exporter } from '../servers/exporters.ts';
import { openHealthRuns, type HealthRuns } from './health-runs.ts';

let runs: HealthRuns;
let exporter: Exporter;

beforeAll(async () => {
  [runs, exporter] = await Promise.all([openHealthRuns(), startStandIn(() => ({ body: exposition() }))]);
});
afterAll(() => Promise.all([runs.stop(), exporter.stop()]));

const source = () => ({ from: 'node-exporter', url: exporter.url });

describe('health of a target on a server of one’s own with an exporter', () => {
  it('asks it for the machine and the disk in the read room, and nothing of a cloud', async () => {
    runs.standsIn({ machine: { ...source(), dataDirectory: '/var/lib/postgresql/18' } });
    const { coverage, findings, facts } = await runs.health();
    const asked = postgresChecks.filter(({ ask }) => !ask.control).length;
    expect(coverage).toEqual({ asked, answered: asked, gaps: [] });
    expect(findings.map(({ key }) => key)).toContain('postgres.disk:shop-db-1');
    expect(facts.map(({ label }) => label)).toContain('Disk free on shop-db-1');
  });

  it('asks the server itself where its data lies', async () => {
    runs.standsIn({ machine: source() });
    const { facts, coverage } = await runs.health();
    expect(coverage?.gaps).toEqual([]);
    expect(facts).toContainEqual({ label: 'Disk free on shop-db-1', value: '10 GB of 20 GB' });
    await runs.server.query('REVOKE pg_monitor FROM nightshift_read');
    try {
      expect((await runs.health()).coverage?.gaps).toContainEqual({
        check: 'postgres.disk',
        kind: 'skipped',
        reason: 'where the data of shop-db-1 lies is not told',
        fix: 'GRANT pg_read_all_settings to the login of the read room, or set targets.shop-db.members.shop-db-1.machine.dataDirectory in nightshift.yaml.',
      });
    } finally {
      await runs.server.query('GRANT pg_monitor TO nightshift_read');
    }
  });

  it('leaves nothing green where the exporter is silent', async () => {
    runs.standsIn({ machine: { from: 'node-exporter', url: 'http://127.0.0.1:1' } });
    const gaps = (await runs.health()).coverage?.gaps.map(({ check, kind }) => [check, kind]);
    expect(gaps).toEqual(['postgres.disk', 'postgres.machine'].map((check) => [check, 'unreliable']));
  });
});
