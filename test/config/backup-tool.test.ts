import { describe, expect, it } from 'vitest';

import { createBackupJobs, dueOf } from '../../src/app/backup-jobs.ts';
import { problemText } from '../../src/config/problems.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import { configOf, problemsOf, text } from './fixture.ts';

const store = 'backups: { primary: { bucket: acme-backups } }\n';
const onTarget = (entry: string): string =>
  text.replace('    alarms: [orders-lag]\n', `    alarms: [orders-lag]\n    backup: ${entry}\n`);
const onEnvironment = (entry: string): string =>
  text.replace('    channel: C0DBALERTS\n', `    channel: C0DBALERTS\n    backup: ${entry}\n`);
const toolIn = (config: string) => configOf(config).targets[0]?.backupTool;
const linesOf = (config: string): string[] =>
  problemsOf(config).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));

describe('a tool in nightshift.yaml', () => {
  it('is asked by its own name, for the target by its name, and needs no store', () => {
    const config = configOf(onTarget('{ tool: pgbackrest }'));
    expect(config.backups).toBeUndefined();
    expect(config.targets[0]?.backup).toEqual(usualBackupPolicy);
    expect(config.targets[0]?.backupTool).toEqual({
      name: 'pgbackrest',
      server: 'orders-db',
      command: ['pgbackrest'],
      repository: null,
    });
  });

  it('has a command of its own, or a repository that is read in the place of one', () => {
    expect(toolIn(onTarget('{ tool: barman, server: orders, command: [ssh, backup-1, barman] }'))).toMatchObject({
      server: 'orders',
      command: ['ssh', 'backup-1', 'barman'],
    });
    expect(toolIn(onTarget('{ tool: pgbackrest, stanza: main, repository: { bucket: acme-pg } }'))).toEqual({
      name: 'pgbackrest',
      server: 'main',
      command: null,
      repository: { kind: 'bucket', bucket: 'acme-pg' },
    });
  });

  it('can be that of an environment, and is off where backups are', () => {
    expect(toolIn(onEnvironment('{ tool: barman }'))).toMatchObject({ name: 'barman', server: 'orders-db' });
    expect(toolIn(onTarget('{ tool: barman, mode: off }'))).toBeUndefined();
  });

  it('is told in words what does not fit', () => {
    const of = (entry: string) => linesOf(onTarget(entry)).map((line) => line.replace('targets.orders-db.backup', '…'));
    expect(of('{ tool: barman, stanza: main }')).toEqual(['….stanza: is not for barman']);
    expect(of('{ tool: wal-g, repository: { directory: /r } }')).toEqual(['….repository: is not for wal-g']);
    expect(of('{ command: [barman], mode: manual }')).toEqual([
      '….command: has no effect without `tool`: write which tool makes the backups',
    ]);
    expect(of('{ tool: pgbackrest, stanza: "--repo=2" }')[0]).toMatch(/^….stanza: is letters, digits/);
    expect(of('{ tool: pgbackup }')[0]).toMatch(/known are pgbackrest, barman, wal-g/);
  });

  it('leaves nothing for our own jobs to do', async () => {
    const withCopy = onTarget('{ tool: pgbackrest }').replace(
      'read: { user: nightshift_read',
      'copy: { user: c, password: env:C }, read: { user: nightshift_read',
    );
    const [target] = configOf(store + withCopy).targets;
    if (target === undefined) throw new Error('there is a target');
    const nowMs = Date.UTC(2026, 10, 29, 2, 30);
    expect(dueOf(usualBackupPolicy, 'postgres', nowMs).length).toBeGreaterThan(0);
    const started: string[] = [];
    const jobs = (targets: Parameters<typeof createBackupJobs>[0]['targets']) =>
      createBackupJobs({
        targets,
        claims: { begin: async () => 'mine', finish: async () => undefined },
        runs: {
          start: async ({ operation }) => {
            started.push(operation);
            return 'run';
          },
        },
        now: () => nowMs,
        log: () => undefined,
      })();
    expect(await jobs([target])).toBe(0);
    const { backupTool: _tool, ...own } = target;
    expect(await jobs([own])).toBeGreaterThan(0);
  });
});
