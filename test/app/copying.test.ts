import { describe, expect, it } from 'vitest';
import { progressText } from '../../src/app/copy-call.ts';
import { whileCopying } from '../../src/app/copying.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { CopyStanding } from '../../src/state/copies.ts';

const request = { runId: 'backup-1', target: 'shop-db' };

/** What the room said, and a run that can be stopped. */
function desk() {
  const said: { doneBytes: number; isOver: boolean }[] = [];
  let isStopped = false;
  return {
    said,
    stop: () => {
      isStopped = true;
    },
    tools: {
      stores: async () => [],
      policyOf: () => usualBackupPolicy,
      seconds: 600,
      copies: {
        say: async (_run: string, _target: string, { doneBytes, isOver }: { doneBytes: number; isOver: boolean }) => {
          said.push({ doneBytes, isOver });
        },
        wasStopped: async () => isStopped,
      },
    },
  };
}

describe('the room that copies', () => {
  it('says that it begins and that it is over, with how far it came', async () => {
    const { tools, said } = desk();
    const answer = await whileCopying(tools, request, async ({ progress }) => {
      progress({ doneBytes: 5, totalBytes: 10 });
      return 'copied';
    });
    expect(answer).toBe('copied');
    expect(said).toEqual([
      { doneBytes: 0, isOver: false },
      { doneBytes: 5, isOver: true },
    ]);
  });

  it('says that it is over when the work fails, and throws what failed', async () => {
    const { tools, said } = desk();
    await expect(whileCopying(tools, request, () => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
    expect(said.at(-1)?.isOver).toBe(true);
  });

  it('aborts the work of a run that was stopped', async () => {
    const { tools, stop } = desk();
    stop();
    const untilAborted = ({ signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) => {
        const over = () => reject(signal.reason as Error);
        if (signal.aborted) over();
        else signal.addEventListener('abort', over);
      });
    await expect(whileCopying(tools, request, untilAborted)).rejects.toThrow('the run was stopped');
  });

  it('aborts the work before the time of the room is over', async () => {
    const { tools } = desk();
    const aborted = ({ signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    await expect(whileCopying({ ...tools, seconds: 0.05 }, request, aborted)).rejects.toThrow('0.05 s are over');
  });

  it('copies on where the state table is away', async () => {
    const { tools } = desk();
    const away = { say: () => Promise.reject(new Error('away')), wasStopped: () => Promise.reject(new Error('away')) };
    await expect(whileCopying({ ...tools, copies: away }, request, async () => 'copied')).resolves.toBe('copied');
  });
});

describe('how far a copy is', () => {
  const standing = (doneBytes: number, totalBytes: number): CopyStanding => ({
    at: '2026-11-29T02:00:00Z',
    isOver: false,
    doneBytes,
    totalBytes,
  });
  it.each([
    [0, 100, 5000, 'begins'],
    [1024 ** 3, 4 * 1024 ** 3, 10_000, '1 GB of 4 GB · 102 MB/s · 30 s left'],
    [1024 ** 3, 0, 10_000, '1 GB · 102 MB/s'],
    [2 * 1024 ** 3, 1024 ** 3, 10_000, '2 GB of 1 GB · 205 MB/s'],
  ])('%d of %d bytes after %d ms: %s', (done, total, elapsedMs, text) => {
    expect(progressText(standing(done, total), elapsedMs)).toBe(text);
  });
});
