import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roleLimits } from '../../../src/checks/postgres/role-limits.ts';
import { judged, onPostgres, sampleOf, until } from '../looking.ts';
import { bothVersions, type AnyPostgres } from './both-versions.ts';

const sample = (used: number, most = 20, kind: 'role' | 'database' = 'role') => ({
  limited: [{ kind, name: 'shop', most, used }],
});

describe('limits of roles and databases', () => {
  it('are silent below 80 %, warned of from there, critical at 95 %', () => {
    expect(judged(roleLimits, sample(15))).toEqual([]);
    expect(judged(roleLimits, sample(16))).toMatchObject([
      {
        key: 'postgres.role-limits:role:shop',
        severity: 'warning',
        sentence: 'Role `shop` uses 16 of the 20 connections that it may have (80 %, warning at 80 %).',
      },
    ]);
    expect(judged(roleLimits, sample(19, 20, 'database'))).toMatchObject([
      { key: 'postgres.role-limits:database:shop', severity: 'critical' },
    ]);
  });

  it('below five are full in ordinary work', () => {
    expect(judged(roleLimits, sample(4, 4))).toEqual([]);
    expect(judged(roleLimits, sample(5, 5))).toHaveLength(1);
  });
});

describe.each(bothVersions)('limits of a real PostgreSQL $version', ({ start }) => {
  let server: AnyPostgres;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('count the sessions of a role with an odd name, and neither superusers nor closed doors', async () => {
    const name = 'billing "night" 🌙';
    const quoted = pg.escapeIdentifier(name);
    await server.query(`CREATE ROLE ${quoted} LOGIN PASSWORD 'test' CONNECTION LIMIT 6`);
    await server.query('CREATE ROLE closed LOGIN CONNECTION LIMIT 0');
    await server.query('CREATE ROLE boss LOGIN SUPERUSER CONNECTION LIMIT 1');
    const about = { host: '127.0.0.1', port: server.port, user: name, password: 'test', database: 'postgres' };
    const clients = Array.from({ length: 5 }, () => new pg.Client(about));
    await Promise.all(clients.map((client) => client.connect()));
    const look = () => onPostgres(server, (target) => sampleOf(roleLimits, target));
    const seen = await look();
    expect(seen).toEqual({ limited: [{ kind: 'role', name, most: 6, used: 5 }] });
    expect(judged(roleLimits, seen)[0]?.sentence).toContain(`Role \`${name}\` uses 5 of the 6`);
    await Promise.all(clients.map((client) => client.end()));
    await until(look, (now) => JSON.stringify(now).includes('"used":0'));
  });
});
