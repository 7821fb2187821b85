import { openPostgresTarget } from '../../../src/providers/postgres-target.ts';
import { backupsOf } from '../../../src/providers/self-managed/backups.ts';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import type { BackupCompression } from '../../../src/core/backup.ts';
import { benchTarget } from './bench-target.ts';

/** A process of its own: takes one full backup and says what its memory was. The password comes by the environment. */
const [port = '', directory = '', compression = 'none', way] = process.argv.slice(2);
const spec = benchTarget(Number(port), way === 'tls' ? 'tls' : 'plain');
const options = { secret: async () => process.env['PGPASSWORD'] ?? '' };
const target = await openPostgresTarget(spec, 'copy', options);
const taken = await backupsOf({ spec, options, target }).full({
  store: createDirectoryStore({ name: 'primary', directory }),
  label: 'bench',
  run: 'bench',
  compression: compression as BackupCompression,
  progress: () => undefined,
  signal: new AbortController().signal,
});
await target.close();
if ('refused' in taken) throw new Error(taken.refused);
console.log(JSON.stringify({ maxRssKb: process.resourceUsage().maxRSS, files: taken.done.filesVerified }));
