import { describe, expect, it } from 'vitest';
import { awaitedOf } from '../../../../src/providers/self-managed/switchover/awaited-standbys.ts';
import { HOLD_NAME, NOT_THERE } from '../../../../src/providers/self-managed/switchover/held-settings.ts';
import { candidateOf, type Standby } from '../../../../src/providers/self-managed/switchover/candidate.ts';
import { identityOf } from '../../../../src/providers/self-managed/switchover/identity.ts';
import { prechecksOf } from '../../../../src/providers/self-managed/switchover/prechecks.ts';
import { syncedSlotsQuery, type PrimaryFacts } from '../../../../src/providers/self-managed/switchover/ask-role.ts';
import type { ServerFacts } from '../../../../src/providers/self-managed/switchover/ask-server.ts';

const MIB = 1024 * 1024;
const primary: ServerFacts = {
  member: 'shop-db-1',
  version: 180_004,
  inRecovery: false,
  systemIdentifier: '7711457467643058932',
  timeline: 3,
  limits: { max_connections: 100, max_wal_senders: 10 },
  inFile: { synchronous_standby_names: NOT_THERE, default_transaction_read_only: NOT_THERE },
  runningNames: '',
  awaits: '',
  namesFrom: 'default',
  readOnlyForAll: false,
  fileErrors: 0,
  lacks: [],
  signs: {
    sourceFiles: [],
    applications: [],
    roles: [],
    slots: [],
    libraries: '',
    archiveCommand: '',
    databases: ['shop'],
  },
};
const does: PrimaryFacts = {
  lsn: '0/3000000',
  standbys: ['shop-db-2'],
  sessions: 12,
  superuserSessions: 0,
  longestWriteSeconds: null,
  prepared: 0,
  backups: 0,
  logicalSlots: [],
  physicalSlots: ['shop_db_2'],
  subscriptions: 0,
  archives: true,
  archiveFailing: false,
  overrides: [],
  weakCommit: false,
};
const standby: Standby = {
  server: { ...primary, member: 'shop-db-2', inRecovery: true },
  does: { streaming: true, paused: false, delaySeconds: 0, lagBytes: 0, backups: 0, archives: true, syncedSlots: [] },
};
const server = (change: Partial<ServerFacts>): Standby => ({ ...standby, server: { ...standby.server, ...change } });
const doing = (change: Partial<Standby['does']>): Standby => ({ ...standby, does: { ...standby.does, ...change } });
const unfit = (one: Standby, on: Partial<PrimaryFacts> = {}) => candidateOf(primary, { ...does, ...on }, one).unfit;
const says = (kind: 'stops' | 'warns', on: Partial<PrimaryFacts>, of: Partial<ServerFacts> = {}) =>
  prechecksOf({ ...primary, ...of }, { ...does, ...on })
    .filter((one) => one.says === kind)
    .map(({ sentence }) => sentence);

describe('a standby', () => {
  it('that streams the same database on the same timeline may take the writes', () => {
    expect(candidateOf(primary, does, standby)).toEqual({ member: 'shop-db-2', unfit: null, lagBytes: 0 });
    expect(unfit(doing({ lagBytes: 16 * MIB }))).toBeNull();
  });

  it.each<[string, Standby, RegExp]>([
    ['is another database', server({ systemIdentifier: '1' }), /another database/],
    ['is no standby', server({ inRecovery: false }), /no standby: make it one first/],
    ['does not stream', doing({ streaming: false }), /does not stream/],
    ['is on another timeline', server({ timeline: 2 }), /on timeline 2, the primary on 3/],
    ['has its replay paused', doing({ paused: true }), /replay is paused/],
    ['replays late on purpose', doing({ delaySeconds: 3600 }), /1 h late on purpose/],
    ['is more than 16 MB behind', doing({ lagBytes: 16 * MIB + 1 }), /behind \(limit: 16(\.0)? MB\)/],
    ['is being copied', doing({ backups: 1 }), /base backup is taken from it/],
    [
      'has room for fewer connections',
      server({ limits: { max_connections: 50, max_wal_senders: 10 } }),
      /max_connections is lower than the primary's 100/,
    ],
    ['would refuse writes', server({ readOnlyForAll: true }), /default_transaction_read_only is on/],
    ['would wait for a standby', server({ awaits: '*' }), /names is '\*'.* would hang. Empty it there/],
    [
      'does not let us promote it',
      server({ lacks: ['pg_promote'] }),
      /lacks `?pg_promote`? there: run infra\/migrations/,
    ],
  ])('that %s may not', (_, one, reason) => {
    expect(unfit(one)).toMatch(reason);
  });

  it('may not where readers of a logical slot would lose their place, unless the slot is there too', () => {
    expect(unfit(standby, { logicalSlots: ['billing'] })).toMatch(/billing.* would be missing there/);
    expect(unfit(doing({ syncedSlots: ['billing'] }), { logicalSlots: ['billing'] })).toBeNull();
  });

  it('has only the slots that are synchronised for good; before 17 none', () => {
    expect(syncedSlotsQuery(170_000)).toMatch(/synced and not temporary and invalidation_reason is null/);
    expect(syncedSlotsQuery(160_009)).toMatch(/where false/);
  });

  it('may, with what an earlier switchover left in its file: that is taken out before anything is held', () => {
    const inFile = { synchronous_standby_names: HOLD_NAME, default_transaction_read_only: 'on' };
    expect(unfit(server({ inFile, runningNames: HOLD_NAME, readOnlyForAll: true }))).toBeNull();
  });
});

describe('the standbys that a server would wait for as a primary', () => {
  const nothing = { running: '', written: null, beneath: '' };

  it.each([
    ['nobody, where nothing says so', nothing, ''],
    ['those that it runs with', { ...nothing, running: '*' }, '*'],
    ['those that a file has for the next reload', { ...nothing, written: 'a' }, 'a'],
    ['nobody, where the file takes back what stands beneath', { ...nothing, written: '', beneath: '*' }, ''],
    ['nobody, once an old hold is taken out', { ...nothing, running: HOLD_NAME, written: HOLD_NAME }, ''],
    ['those beneath an old hold', { running: HOLD_NAME, written: HOLD_NAME, beneath: '*' }, '*'],
  ])('are %s', (_, said, awaits) => {
    expect(awaitedOf(said)).toBe(awaits);
  });
});

describe('the primary', () => {
  it('of a quiet night is in nobody’s way', () => {
    expect([says('stops', {}), says('warns', {})]).toEqual([[], []]);
  });

  it.each<[string, Partial<PrimaryFacts>, Partial<ServerFacts>, RegExp]>([
    [
      'a right is missing',
      {},
      { lacks: ['ALTER SYSTEM, which before version 15 only a superuser may'] },
      /before version 15 only a superuser/,
    ],
    ['a reload would not take effect', {}, { fileErrors: 1 }, /1 error .*a reload would not take effect/],
    ['the command line goes before every setting', {}, { namesFrom: 'command line' }, /command line/],
    [
      'a transaction has written for more than a minute',
      { longestWriteSeconds: 61 },
      {},
      /would be rolled back \(limit: 1 min/,
    ],
    ['a transaction is prepared', { prepared: 2 }, {}, /2 prepared transactions/],
    ['a base backup runs', { backups: 1 }, {}, /1 base backup/],
    ['it subscribes to others', { subscriptions: 1 }, {}, /disable 1 subscription first/],
  ])('keeps the writes where %s', (_, on, of, sentence) => {
    expect(says('stops', on, of)).toEqual([expect.stringMatching(sentence)]);
  });

  it('lets a transaction of a minute be', () => {
    expect(says('stops', { longestWriteSeconds: 60 })).toEqual([]);
  });

  it.each<[string, Partial<PrimaryFacts>, Partial<ServerFacts>, RegExp]>([
    ['its archive has a gap', { archiveFailing: true }, {}, /fails to archive/],
    ['superusers are connected', { superuserSessions: 2 }, {}, /2 sessions of superusers/],
    ['commits do not wait', { weakCommit: true }, {}, /weakened for the whole server/],
    ['a role insists on writing', { overrides: ['role batch'] }, {}, /weakened for .*role batch/],
    [
      'other standbys follow it',
      { standbys: ['shop-db-2', 'shop-db-3'] },
      {},
      /all but the new primary keep following/,
    ],
    [
      'it waits for synchronous standbys',
      {},
      { runningNames: 'shop-db-2' },
      /names = 'shop-db-2'\). The new primary waits for nobody/,
    ],
  ])('warns where %s', (_, on, of, sentence) => {
    expect(says('warns', on, of)).toEqual([expect.stringMatching(sentence)]);
  });

  it('is bound to what will be put back exactly so', () => {
    expect(identityOf(primary)).toEqual({
      'system identifier': '7711457467643058932',
      timeline: 3,
      'synchronous_standby_names of shop-db-1': 'not in postgresql.auto.conf',
      'default_transaction_read_only of shop-db-1': 'not in postgresql.auto.conf',
      'standbys that commits on shop-db-1 wait for': 'no standby',
    });
  });
});
