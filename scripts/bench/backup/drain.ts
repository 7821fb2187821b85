import { openPostgresTarget } from '../../../src/providers/postgres-target.ts';
import { backupsOf } from '../../../src/providers/self-managed/backups.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { benchTarget } from './bench-target.ts';

/** A process of its own: drains WAL again and again from a server on which nothing is written, and says how long each took, with its own connections. */
const [port = '', directory = '', times = '1'] = process.argv.slice(2);
const spec = benchTarget(Number(port));
const options = { secret: async () => process.env['PGPASSWORD'] ?? '' };
const store = createDirectoryStore({ name: 'primary', directory });

async function drainOnce(): Promise<number> {
  const beganMs = performance.now();
  const target = await openPostgresTarget(spec, 'copy', options);
  const said = await backupsOf({ spec, options, target }).drainWal({ store, signal: new AbortController().signal });
  await target.close();
  if ('refused' in said) throw new Error(said.refused);
  return performance.now() - beganMs;
}

// The first makes the slot, the second brings what the first has written.
for (let before = 0; before < 2; before++) await drainOnce();
const drainMs: number[] = [];
for (let time = 0; time < Number(times); time++) drainMs.push(await drainOnce());
console.log(JSON.stringify({ drainMs }));
