import { describe, expect, it } from 'vitest';
import { hideInFault, hideNames, type Names } from '../../src/app/hide-names.ts';
import { keptNames } from '../../src/app/hiding.ts';

const names = (known: readonly string[], kept: readonly string[] = ['shop', 'shop-db-1', 'billing_app']): Names => ({
  known: new Map(known.map((name) => [name, 't'])),
  kept: new Set(kept),
});
const nothingKnown = names([]);

/** Names that no message, statement or sentence below has by chance, of every kind that quotes allow; the same in each run. */
function plantedNames(count: number, beginnings: readonly string[]): string[] {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const rest = (): string => Array.from({ length: 6 + next(12) }, () => 'abcdefghijkxyz0123456789_'[next(25)]).join('');
  return Array.from({ length: count }, (_, n) => `${beginnings[n % beginnings.length]}${rest()}`);
}
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** What rooms find, with one name wherever one can stand. */
function found(name: string) {
  const sql = quoted(name);
  return {
    text: `select a.${sql} from public.${sql} a join ${sql} on true where ${sql}.x = ?`,
    query: `UPDATE ${sql} SET ${sql} = $1`,
    lines: [`▶ Seq Scan ${sql} a · 99 % · ~5 rows`, `    filter: ${sql} = ?`],
    who: [`${name}@shop`],
    groups: [{ kind: 'error', message: `permission denied for table "${name.replaceAll('"', '')}"` }],
    relation: `public.${sql}`,
    sentence: `It reads all 7.3 MB of \`public.${sql}\`, and no index begins with \`${sql}\`.`,
    rows: [['public', name], [`17 ${name} more`]],
    reason: `relation ${sql} does not exist`,
  };
}

describe('hidden names', () => {
  it('are nowhere in what a room found, in whatever field, quoted or not', () => {
    const beginnings = ['xq', 'Xq', 'xq ', 'xq-', 'xq$', 'größe', 'x"q', 'xq.'];
    const leaks = plantedNames(800, beginnings).filter((name) => {
      const shown = JSON.stringify(hideNames(found(name), names([name])));
      return shown.toLowerCase().includes(name.slice(2).replaceAll('"', '').toLowerCase());
    });
    expect(leaks).toEqual([]);
  });

  it('are hidden in SQL, plans, messages of the log and logins even where nobody knows what there is', () => {
    const leaks = plantedNames(400, ['xq']).filter((name) => {
      const { text, query, lines, who, groups } = found(name);
      return JSON.stringify(hideNames({ text, query, lines, who, groups }, nothingKnown)).includes(name);
    });
    expect(leaks).toEqual([]);
  });

  it('are the same twice as once, and the same in two reports', () => {
    const once = hideNames(found('xq_orders'), names(['xq_orders']));
    expect(hideNames(once, names(['xq_orders']))).toEqual(once);
    const [table] = /t_\w{7}/.exec(once.relation) ?? [];
    expect(JSON.stringify(hideNames(found('xq_orders'), names(['xq_orders', 'xq_other'])))).toContain(table);
  });

  it('leave words that decide, ids, applications and the names of the config as they are', () => {
    const kept = {
      role: 'primary',
      kind: 'running',
      state: 'idle in transaction',
      id: 'running',
      application: 'checkout',
      member: 'shop-db-1',
      position: { files: { 'running.log': { hash: 'running' } } },
      rows: [['4711', 'shop', 'billing_app', 3]],
      reason: 'the connection to shop-db-1 is closed',
    };
    expect(hideNames(kept, names(['primary', 'running', 'idle', 'checkout', 'connection', 'shop-db-1']))).toEqual(kept);
  });

  it('that are ordinary words are hidden where a dot or a quote marks them', () => {
    const said = { sentence: '`public.users` has 40 connections of users, "users" too' };
    expect(hideNames(said, names(['users'])).sentence).toMatch(
      /^`public\.(t_\w{7})` has 40 connections of users, \1 too$/,
    );
  });

  it('keep the words of SQL and of the server, so that one can still read', () => {
    const read = hideNames(
      {
        text: 'select count(*) from orders where customer_id = ? and placed > now() - interval ?',
        groups: [{ message: 'canceling statement due to lock timeout' }],
        lines: ['  Hash Join · 1 % · ~5 rows', '    Index Only Scan orders by orders_pkey · 9 % · ~5 rows'],
      },
      nothingKnown,
    );
    expect(read.text.replaceAll(/\w_\w{7}/g, 'x')).toBe(
      'select count(*) from x where x = ? and x > now() - interval ?',
    );
    expect(read.groups).toEqual([{ message: 'canceling statement due to lock timeout' }]);
    expect(read.lines.map((line) => line.replaceAll(/\w_\w{7}/g, 'x'))).toEqual([
      '  Hash Join · 1 % · ~5 rows',
      '    Index Only Scan x by x · 9 % · ~5 rows',
    ]);
  });

  it('go from the message of a fault, too', () => {
    expect(hideInFault('relation "xq_orders" does not exist', nothingKnown)).toMatch(
      /^relation "n_\w{7}" does not exist$/,
    );
  });
});

describe('names that stay', () => {
  const credentials = { read: { user: 'nightshift_read' } };
  const members = [{ name: 'orders-db-1', role: 'primary', host: 'db.internal', port: 5432, credentials }] as const;
  const spec = {
    name: 'orders-db',
    engine: 'postgres',
    provider: 'rds',
    environment: 'production',
    rooms: 'default',
  } as const;
  const target = { ...spec, database: 'orders', tls: true, alarms: [], members };

  it('are those that the config calls by; where it hides none, nothing is hidden', () => {
    expect(keptNames(target)).toBeUndefined();
    expect([...(keptNames({ ...target, hideNames: true }) ?? [])].toSorted()).toEqual([
      'db.internal',
      'nightshift_read',
      'orders',
      'orders-db',
      'orders-db-1',
    ]);
  });
});
