import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connections } from '../../../src/checks/postgres/connections.ts';
import { startTestPostgres, type TestPostgres } from '../../servers.ts';
import { ask, judged, onPostgres, sampleOf, until } from '../looking.ts';

const sample = (used: number) => ({
  most: 105,
  forSuperusers: 3,
  forGranted: 2,
  usable: 100,
  used,
  states: { active: 1, idle: used - 1 },
  applications: [{ application: 'web', sessions: used - 1, idle: used - 2 }],
  moreApplications: 0,
});

describe('connections', () => {
  it('stays silent below 80 % of the usable slots', () => {
    expect(judged(connections, sample(79))).toEqual([]);
  });

  it('warns at 80 % and names the application that holds most', () => {
    const [finding] = judged(connections, sample(80));
    expect(finding).toMatchObject({ key: 'postgres.connections:slots', severity: 'warning' });
    expect(finding?.sentence).toBe(
      '80 of 100 usable connections are in use (80 %, warning at 80 %); app `web` holds 79, of these 78 idle.',
    );
  });

  it('is critical at 90 %, or where the config says', () => {
    expect(judged(connections, sample(90))[0]?.severity).toBe('critical');
    expect(judged(connections, sample(90), { limits: { criticalRatio: 0.95 } })[0]?.severity).toBe('warning');
  });

  it('refuses a limit that it does not know', () => {
    expect(() => judged(connections, sample(1), { limits: { warningRatoi: 0.5 } })).toThrow(/warningRatoi/);
  });
});

describe('connections of a real server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    const settings = { max_connections: '15', superuser_reserved_connections: '3', reserved_connections: '2' };
    server = await startTestPostgres({ settings });
  });
  afterAll(() => server.stop());

  it('counts client sessions against slots that are not reserved', async () => {
    const clients = await Promise.all(Array.from({ length: 7 }, () => server.connect('web')));
    const look = () => onPostgres(server, (target) => sampleOf(connections, target));
    const seen = await look();
    expect(seen).toMatchObject({ most: 15, forSuperusers: 3, forGranted: 2 });
    expect(seen).toMatchObject({ usable: 10, used: 8, states: { idle: 7, active: 1 } });
    expect(judged(connections, seen)).toMatchObject([{ severity: 'warning' }]);
    expect(connections.facts({ read: seen })).toEqual([{ label: 'Connections', value: '8 of 10 (5 more reserved)' }]);
    await Promise.all(clients.map((client) => client.end()));
    const after = await until(look, (now) => judged(connections, now).length === 0);
    expect(after).toMatchObject({ usable: 10 });
  });

  it('is skipped with the GRANT that it lacks', async () => {
    await server.query('REVOKE pg_monitor FROM nightshift_read');
    try {
      expect(await onPostgres(server, (target) => ask(connections, target))).toEqual({
        skipped: 'nightshift_read sees only its own sessions and statistics on shop-db-1',
        fix: 'GRANT pg_monitor TO nightshift_read;',
      });
    } finally {
      await server.query('GRANT pg_monitor TO nightshift_read');
    }
  });
});
