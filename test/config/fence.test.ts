import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { configOf, problemsOf, text } from './fixture.ts';

function linesAfter(...changes: readonly [string, string][]): string[] {
  const changed = changes.reduce((config, [from, to]) => {
    expect(config).toContain(from);
    return config.replace(from, to);
  }, text);
  return problemsOf(changed).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));
}

describe('what keeps clients away', () => {
  const login = (room: string) => `${room}: { user: nightshift_${room}, password: env:POOL_${room.toUpperCase()} }`;
  const pooler = `{ host: pool.internal, database: orders, credentials: { ${login('read')}, ${login('act')} } }`;
  const withFence = (entry: string): [string, string] => [
    '    alarms: [orders-lag]\n',
    `    fence: ${entry}\n    alarms: [orders-lag]\n`,
  ];

  it('is reached at another address where one is laid over its own, under the name of the pooler', () => {
    const said = text.replace(...withFence(`{ by: pgbouncer, poolers: { pool-1: ${pooler}, pool-2: ${pooler} } }`));
    const poolersAt = (addresses: Record<string, string>) =>
      configOf(said, addresses).targets[0]?.fence?.poolers.map(({ host, port }) => `${host}:${port}`);
    expect(poolersAt({ 'pool-1': '127.0.0.1:40003' })).toEqual(['127.0.0.1:40003', 'pool.internal:6432']);
    const clash = said.replace('pool-1:', 'orders-db-1:');
    expect(problemsOf(clash, { 'orders-db-1': '127.0.0.1:1' })).toEqual([
      { path: 'NIGHTSHIFT_ADDRESSES.orders-db-1', message: 'a member and a pooler have this name: rename one' },
    ]);
  });

  it('is every pooler through which clients come, each with logins of its own, and does not cover all unless it is said', () => {
    const [from, to] = withFence(`{ by: pgbouncer, poolers: { pool-1: ${pooler} } }`);
    const password = { from: 'env', name: 'POOL_READ' };
    expect(configOf(text.replace(from, to)).targets[0]?.fence).toMatchObject({
      by: 'pgbouncer',
      coversAllClients: false,
      poolers: [
        {
          name: 'pool-1',
          host: 'pool.internal',
          port: 6432,
          database: 'orders',
          tls: true,
          credentials: { read: { user: 'nightshift_read', password }, act: { user: 'nightshift_act' } },
        },
      ],
    });
  });

  it.each([
    ['no pooler', '{ by: pgbouncer, poolers: {} }', /fence\.poolers: no pooler is named/],
    [
      'a token',
      `{ by: pgbouncer, poolers: { pool-1: ${pooler.replaceAll(/env:\w+/g, 'iam')} } }`,
      /knows no signed tokens/,
    ],
    [
      'a password',
      `{ by: pgbouncer, poolers: { pool-1: ${pooler.replaceAll(/env:\w+/g, 'secret')} } }`,
      /not written here in clear/,
    ],
    ['an ill name', `{ by: pgbouncer, poolers: { Pool_1: ${pooler} } }`, /fence\.poolers\.Pool_1: a name starts/],
    ['an unknown means', `{ by: haproxy, poolers: { pool-1: ${pooler} } }`, /fence\.by/],
  ])('is a problem with %s', (_, entry, problem) => {
    const lines = linesAfter(withFence(entry));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines[0]).toMatch(problem);
  });

  it('stands before PostgreSQL alone', () => {
    const lines = linesAfter(withFence(`{ by: pgbouncer, poolers: { pool-1: ${pooler} } }`), [
      'engine: postgres\n    provider: self-managed',
      'engine: redis\n    provider: standalone',
    ]);
    expect(lines).toContainEqual('targets.orders-db.fence: pgbouncer stands before PostgreSQL alone');
  });
});
