import { describe, expect, it } from 'vitest';
import type { BackupsSeen } from '../../../src/core/backups-seen.ts';
import { usualBackupPolicy } from '../../../src/core/backup-policy.ts';
import type { RunContext, Steps, TargetName } from '../../../src/core/operation.ts';
import type { Past, Remembered } from '../../../src/core/past.ts';
import type { Report } from '../../../src/core/report.ts';
import { health } from '../../../src/operations/health.ts';
import { expectPublished } from '../../published-json.ts';

const backedUp: TargetName = { name: 'shop-db', engine: 'postgres', environment: 'production', backedUp: true };
const none: BackupsSeen = { policy: usualBackupPolicy, whyNone: null, stores: [], findings: [], table: [] };
const late = {
  key: 'backups:full',
  severity: 'warning',
  sentence: 'The last full backup of shop-db is 9 d old; one was due after 7 d.',
  evidence: null,
  next: 'Take one now: backup shop-db.',
} as const;

/** A report of a target, of whose servers nothing but one check answers, and of whose backups this is seen. */
async function report(backups: () => Promise<BackupsSeen>, target = backedUp, past: Past = {}) {
  const kept: Remembered[] = [];
  const sample = { usable: 100, used: 5, states: {}, applications: [], moreApplications: 0 };
  const look = {
    members: [{ name: 'shop-db-1', role: 'primary', reached: true }],
    primary: 'shop-db-1',
    answers: { 'postgres.connections': { sample } },
  };
  const context: Partial<RunContext<Steps>> = {
    trigger: { kind: 'command', user: 'U0VERA', channel: 'C0DBALERTS' },
    startedAt: '2026-11-24T02:00:00.000Z',
    targets: [target],
    subject: target.name,
    steps: { collect: async () => look } as unknown as RunContext<Steps>['steps'],
    each: (_name, targets, work) => Promise.all(targets.map((one) => work(one, context as RunContext<Steps>))),
    past: async () => past,
    backups,
    limits: () => ({}),
    hysteresis: () => ({}),
    trends: async () => [],
    neighbours: () => [],
    remember: async (_target, what) => void kept.push(what),
  };
  const outcome = await health.run(context as RunContext<Steps>, {});
  expectPublished(outcome);
  if (!('done' in outcome)) throw new Error(JSON.stringify(outcome));
  return { done: outcome.done as Report, kept: kept[0] };
}

describe('the backups in a health report', () => {
  it('are told of like what a check found, and kept for the next one', async () => {
    const plain = await report(async () => none, { ...backedUp, backedUp: false });
    const { done, kept } = await report(async () => ({ ...none, findings: [late] }));
    expect(done.findings.map(({ key, change }) => [key, change])).toContainEqual(['backups:full', 'NEW']);
    expect(done.status).toBe('warning');
    expect(kept?.findings.map(({ key }) => key)).toContain('backups:full');
    expect(done.coverage?.asked).toBe((plain.done.coverage?.asked ?? 0) + 1);
    expect(done.coverage?.answered).toBe((plain.done.coverage?.answered ?? 0) + 1);
  });

  it('are a gap where a store does not answer, where nobody can copy, and where the look broke', async () => {
    const gapsOf = async (backups: () => Promise<BackupsSeen>) =>
      (await report(backups)).done.coverage?.gaps.filter(({ check }) => check === 'backups');
    expect(await gapsOf(async () => ({ ...none, stores: [{ store: 'primary', unseen: 'access denied' }] }))).toEqual([
      { check: 'backups', kind: 'unreliable', reason: 'the primary store could not be looked at: access denied' },
    ]);
    expect(await gapsOf(async () => ({ ...none, whyNone: 'No login.' }))).toMatchObject([
      { kind: 'skipped', reason: 'No login.', fix: expect.stringMatching(/credentials\.copy/) as string },
    ]);
    expect(await gapsOf(() => Promise.reject(new Error('broke')))).toMatchObject([{ kind: 'unreliable' }]);
  });

  it('are not asked for where no policy wants any, nor where a cloud makes them', async () => {
    const never = (): Promise<BackupsSeen> => Promise.reject(new Error('asked'));
    const { done } = await report(never, { ...backedUp, backedUp: false });
    expect(done.coverage?.gaps.filter(({ check }) => check === 'backups')).toEqual([]);
  });
});
