import { expect, it } from 'vitest';
import { parseAnswer, type Cluster } from '../../../../src/providers/self-managed/patroni/answers.ts';
import { namesOf, ourName } from '../../../../src/providers/self-managed/patroni/names.ts';
import { whoLeads } from '../../../../src/providers/self-managed/patroni/who-leads.ts';
import type { MemberSpec } from '../../../../src/targets/spec.ts';

const theirs = (name: string, host: string, port: number, api: string) => ({
  name,
  role: 'replica',
  state: 'running',
  host,
  port,
  api_url: `http://${api}/patroni`,
});
const cluster = parseAnswer(
  'cluster',
  JSON.stringify({
    members: [theirs('pg0', '10.0.0.1', 5432, '10.0.0.1:8008'), theirs('pg1', '10.0.0.2', 5432, '10.0.0.2:8008')],
  }),
) as Cluster;
const ours = (name: string, host: string, more: Partial<MemberSpec> = {}): MemberSpec => ({
  name,
  role: 'replica',
  host,
  port: 5432,
  credentials: {},
  patroni: { url: `http://${host}:8008` },
  ...more,
});
const told = (...names: [string, string][]) => new Map(names.map(([one, name]) => [one, { patroni: { name } }]));

it('members are known by their addresses', () => {
  const names = namesOf([ours('a', '10.0.0.2'), ours('b', '10.0.0.1')], cluster, new Map());
  expect([...names]).toEqual([
    ['a', 'pg1'],
    ['b', 'pg0'],
  ]);
  expect(ourName(names, 'pg1')).toBe('a');
  expect(ourName(names, 'pg9')).toBe('pg9');
});

it('members are known by what their Patroni calls itself, before any address', () => {
  expect([...namesOf([ours('a', 'db1'), ours('b', '10.0.0.1')], cluster, told(['a', 'pg0']))]).toEqual([['a', 'pg0']]);
});

it('members are known by `identifier` before anything else, and else by an equal name', () => {
  const members = [ours('a', 'db1', { identifier: 'pg1' }), ours('pg0', 'db2')];
  expect([...namesOf(members, cluster, told(['a', 'pg0']))]).toEqual([
    ['a', 'pg1'],
    ['pg0', 'pg0'],
  ]);
});

const target = { name: 'shop-db', members: [{ name: 'a' }, { name: 'b' }] as never, unreached: [] };
const view = { isStandbyCluster: false, settings: { ttl: 30 } as never };

it.each<[string | null, readonly string[], RegExp]>([
  [null, ['a'], /^Patroni has no leader for shop-db now, and finds one by itself within about 30 s/],
  ['c', ['a'], /^the leader c of Patroni is none of the members.*`identifier`/],
  ['a', ['b'], /^Patroni says that a leads, but b is out of recovery: a person has to look/],
  ['a', ['a', 'b'], /but a, b are out of recovery/],
  ['a', [], /but nobody is out of recovery/],
])('nothing is moved where Patroni has %s as leader and %j take writes', (leader, writable, refused) => {
  expect(whoLeads(target, { ...view, leader }, writable)).toEqual({
    refused: expect.stringMatching(refused) as string,
  });
});

it('a leader is one for Patroni and for the servers', () => {
  expect(whoLeads(target, { ...view, leader: 'a' }, ['a'])).toEqual({ leader: 'a' });
});
