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

describe('the jobs of what a cloud hosts', () => {
  it('are its snapshots alone: increments, logs and drills cannot be asked for there', async () => {
    const begun: object[] = [];
    const start: JobTools['runs']['start'] = async ({ operation, subject, args }) => {
      begun.push({ operation, subject, args });
      return 'run';
    };
    const claims: JobTools['claims'] = { begin: async () => 'mine', finish: async () => undefined };
    const targets = [{ ...shopDb, provider: 'rds', members: [member], backup: usualBackupPolicy }];
    const tools = { targets, claims, runs: { start }, log: () => {} };
    await createBackupJobs({ ...tools, now: () => at('29T02:00:00') })();
    await createBackupJobs({ ...tools, now: () => at('30T03:00:00') })();
    expect(begun).toEqual([{ operation: 'backup', subject: 'shop-db', args: { kind: 'full' } }]);
  });

  const drillPlace = { subnetGroup: 'nightshift-drills', securityGroups: ['sg-0123456789abcdef0'] };
  const dueIn = async (change: Partial<TargetSpec>, time: string) => {
    const begun: string[] = [];
    const start: JobTools['runs']['start'] = async ({ operation, args }) => {
      begun.push(`${operation} ${JSON.stringify(args)}`);
      return 'run';
    };
    const claims: JobTools['claims'] = { begin: async () => 'mine', finish: async () => undefined };
    const targets = [{ ...shopDb, ...change }];
    await createBackupJobs({ targets, claims, runs: { start }, log: () => {}, now: () => at(time) })();
    return begun;
  };

  it('are drills too where they have a place, and every hour what they left', async () => {
    const backup = { ...usualBackupPolicy, drillPlace };
    const hosted = { provider: 'rds', members: [member], backup };
    expect(await dueIn(hosted, '29T06:00:00')).toEqual(['sweep {}', 'drill {}']);
    expect(await dueIn(hosted, '01T07:00:00')).toEqual(['drill {"to":"random"}', 'sweep {}']);
    expect(await dueIn({ ...hosted, backup: { ...backup, mode: 'manual' } }, '29T06:00:00')).toEqual(['sweep {}']);
  });

  it('are not those of servers of ones own, which leave nothing in a cloud', async () => {
    const begun = await dueIn({ backup: { ...usualBackupPolicy, drillPlace } }, '29T06:00:00');
    expect(begun).toContain('drill {}');
    expect(begun).not.toContain('sweep {}');
  });
});

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
