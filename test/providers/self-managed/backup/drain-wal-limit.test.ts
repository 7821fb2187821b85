import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createSecrets, openTarget } from '../../../../src/providers/index.ts';
import { drainWal } from '../../../../src/providers/self-managed/backup/drain-wal.ts';
import { createDirectoryStore } from '../../../../src/state/backup-store/directory.ts';
import { startTestPostgres } from '../../../servers.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-wal-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('makes no slot where WAL could fill the disk', async () => {
  const open = await startTestPostgres();
  const { resolve } = createSecrets((name) => open.environment[name]);
  const options = { secret: resolve, connectTimeoutMs: 30_000 };
  const target = await openTarget(open.spec, 'copy', options);
  try {
    if (target.engine !== 'postgres') throw new Error('not PostgreSQL');
    const answer = await drainWal(
      { spec: open.spec, options, target },
      { store: createDirectoryStore({ name: 'primary', directory }), signal: new AbortController().signal },
    );
    expect(answer).toMatchObject({
      refused: expect.stringContaining("ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'"),
    });
    expect(await open.query('SELECT 1 FROM pg_replication_slots')).toEqual([]);
  } finally {
    await target.close();
    await open.stop();
  }
});
