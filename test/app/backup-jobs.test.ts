import { describe, expect, it } from 'vitest';
import { createBackupJobs, dueOf, type JobTools } from '../../src/app/backup-jobs.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import { Fault } from '../../src/core/errors.ts';
import type { MemberSpec, TargetSpec } from '../../src/targets/spec.ts';

const at = (time: string) => Date.parse(`2026-11-${time}Z`);
/** What is due by a moment, as `job dueAt`, without what is due every few minutes. */
const due = (time: string) =>
  dueOf(usualBackupPolicy, 'postgres', at(time))
    .filter(({ job }) => job === 'full' || job === 'incremental')
    .map(({ job, dueMs }) => `${job} ${new Date(dueMs).toISOString()}`);

describe('what a backup policy asks for', () => {
  it('is a full on Sunday at two and an increment on the other days at three, UTC', () => {
    expect(due('29T01:59:00')).toEqual([]);
    expect(due('29T02:00:00')).toEqual(['full 2026-11-29T02:00:00.000Z']);
    expect(due('30T03:04:00')).toEqual(['incremental 2026-11-30T03:00:00.000Z']);
  });
  it('is nothing where people take them by hand', () => {
    expect(dueOf({ ...usualBackupPolicy, mode: 'manual' }, 'postgres', at('29T02:00:00'))).toEqual([]);
  });
  it('is made up for within an hour, not later', () => {
    expect(due('29T02:59:00')).toHaveLength(1);
    expect(due('29T03:01:00')).toEqual([]);
  });
});

const member: MemberSpec = { name: 'shop-db-1', host: '127.0.0.1', port: 5432, role: 'primary', credentials: {} };
const shopDb: TargetSpec = {
  name: 'shop-db',
  engine: 'postgres',
  provider: 'self-managed',
  environment: 'production',
  rooms: 'default',
  tls: false,
  alarms: [],
  members: [{ ...member, credentials: { copy: { user: 'nightshift_copy' } } }],
};

/** The policies of two targets, of which one has no login to copy with, and who starts what. */
function jobs(now: () => number, start: JobTools['runs']['start']) {
  const state = new Map<string, 'mine' | 'done'>();
  const claims: JobTools['claims'] = {
    begin: async (key) => (state.get(key) === 'done' ? 'done' : 'mine'),
    finish: async (key) => void state.set(key, 'done'),
  };
  const targets = [
    { ...shopDb, backup: usualBackupPolicy },
    { ...shopDb, name: 'orders-db', members: [member], backup: usualBackupPolicy },
    { ...shopDb, name: 'shop-cache', engine: 'redis' },
  ] as const;
  return () => createBackupJobs({ targets, claims, runs: { start }, now, log: () => {} });
}

describe('the minute in which a backup is due', () => {
  const full = (request: { args: object }) => 'kind' in request.args && request.args.kind === 'full';

  it('starts it once, however many processes ask, and nothing of a target without a policy or a login', async () => {
    const begun: string[] = [];
    const open = jobs(
      () => at('29T02:01:00'),
      async (request, key) => {
        if (full(request)) begun.push(`${request.operation} ${request.subject} ${key}`);
        return 'backup-1';
      },
    );
    const [one, other] = [open(), open()];
    await one();
    await one();
    await other();
    expect(begun).toEqual(['backup shop-db backup:shop-db:full:2026-11-29T02:00:00.000Z']);
  });

  it('starts it in the next minute when it could not be started in this one, and says so', async () => {
    let tries = 0;
    const open = jobs(
      () => at('29T02:01:00'),
      async (request) => {
        if (full(request) && ++tries === 1) throw new Fault('throttled', 'not now');
        return 'backup-1';
      },
    );
    const tick = open();
    await expect(tick()).rejects.toThrow('not now');
    await tick();
    await tick();
    expect(tries).toBe(2);
  });
});
