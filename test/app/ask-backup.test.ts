import { describe, expect, it } from 'vitest';
import { askForBackup } from '../../src/app/ask-backup.ts';
import { usualBackupPolicy, type BackupPolicy } from '../../src/core/backup-policy.ts';
import type { RunRequest } from '../../src/core/run.ts';

async function asked(engine: 'postgres' | 'redis', mode?: BackupPolicy['mode']) {
  const started: RunRequest[] = [];
  const target = { name: 'shop', engine, ...(mode ? { backup: { ...usualBackupPolicy, mode } } : {}) };
  const startNamed = async (request: RunRequest) => void started.push(request);
  const ask = () =>
    askForBackup([target], { startNamed }, 'shop', { runId: 'failover-1', at: '2026-11-24T02:00:00.000Z' });
  return { ids: [await ask(), await ask()], started };
}

describe('a backup that a run asks for', () => {
  it('is a full one, and the same run however often it is asked for', async () => {
    const { ids, started } = await asked('postgres', 'on');
    expect(ids[0]).toMatch(/^backup-[0-9a-f]{40}$/);
    expect(ids[1]).toBe(ids[0]);
    const trigger = { kind: 'schedule', name: 'backup-after-failover', scheduledAt: '2026-11-24T02:00:00.000Z' };
    expect(started[0]).toEqual({
      runId: ids[0],
      operation: 'backup',
      subject: 'shop',
      args: { kind: 'full' },
      trigger,
    });
    expect(started[1]).toEqual(started[0]);
  });

  it('has no kind where there is one only', async () => {
    expect((await asked('redis', 'on')).started[0]).toMatchObject({ args: {} });
  });

  it('is not started where only people make backups, or nobody does', async () => {
    expect(await asked('postgres', 'manual')).toEqual({ ids: [null, null], started: [] });
    expect(await asked('postgres')).toEqual({ ids: [null, null], started: [] });
  });
});
