import { expect, it } from 'vitest';
import { parseAnswer, type Settings } from '../../../../src/providers/self-managed/patroni/answers.ts';
import { candidateOf, type Standby } from '../../../../src/providers/self-managed/patroni/candidate.ts';

const standing = { inRecovery: true, systemIdentifier: '77', timeline: 3, receives: true, replayed: true };
const does = {
  streaming: true,
  paused: false,
  delaySeconds: 0,
  lagBytes: 0,
  backups: 0,
  archives: false,
  syncedSlots: [],
};
const fit: Standby = {
  member: 'shop-db-2',
  standing,
  does,
  theirs: { name: 'pg2', role: 'replica', state: 'streaming' },
  status: { state: 'running' },
};
const settings = parseAnswer('config', '{}') as Settings;
const leading = { systemIdentifier: '77', timeline: 3, logicalSlots: [] };
const reasonFor = (change: Partial<Standby>, more: Partial<Settings> = {}, slots: readonly string[] = []) =>
  candidateOf({ ...leading, logicalSlots: slots }, { ...settings, ...more }, { ...fit, ...change }).unfit;
const theirs = (change: object) => ({ theirs: { name: 'pg2', role: 'replica', state: 'running', ...change } });

it('may take the writes where it streams, by old and new words of Patroni', () => {
  expect(reasonFor({})).toBeNull();
  expect(reasonFor(theirs({}))).toBeNull();
  expect(reasonFor(theirs({ role: 'sync_standby' }), { synchronous_mode: true })).toBeNull();
  expect(reasonFor(theirs({ role: 'quorum_standby' }), { synchronous_mode: 'quorum' })).toBeNull();
  expect(reasonFor({}, { slots: { feed: { type: 'logical' } } }, ['feed'])).toBeNull();
});

it.each<[RegExp, Partial<Standby>, Partial<Settings>?]>([
  [/^Patroni does not know it under this name: set its `identifier`/, { theirs: undefined }],
  [/^the Patroni beside it is silent: refuses the connection\./, { status: { silent: 'refuses the connection' } }],
  [/^Patroni says of it: stopped\./, theirs({ state: 'stopped' })],
  [/^its tag nofailover/, theirs({ tags: { nofailover: true } })],
  [/^its tag failover_priority is 0/, theirs({ tags: { failover_priority: 0 } })],
  [/^the watchdog .* does not work/, { status: { state: 'running', watchdog_failed: true } }],
  [/^it is no synchronous standby/, {}, { synchronous_mode: true }],
  [/^it is another database/, { standing: { ...standing, systemIdentifier: '78' } }],
  [/^it is no standby/, { does: null }],
  [/^it does not stream/, { does: { ...does, streaming: false } }],
  [/^it is on timeline 2, the primary on 3/, { standing: { ...standing, timeline: 2 } }],
  [/^its replay is paused/, { does: { ...does, paused: true } }],
  [/^it is 2 MB behind \(limit: 1 MB/, { does: { ...does, lagBytes: 2 * 1024 ** 2 } }],
])('is told why it may not: %s', (reason, change, more) => {
  expect(reasonFor(change, more)).toMatch(reason);
});

it('is told which logical slots Patroni does not keep', () => {
  expect(reasonFor({}, {}, ['feed'])).toMatch(/^feed would be missing there.*patronictl edit-config/);
});
