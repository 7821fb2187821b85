import { parseArgs } from 'node:util';
import { restoreTarget, type RestoreTarget } from '../backups/restore/target.ts';

/** What is to be restored, from where, and into which directory. */
export type RestoreWords = {
  target: string;
  to: RestoreTarget;
  into: string;
  /** The label of the backup to begin with. */
  from?: string;
  store: 'primary' | 'secondary';
  keep: boolean;
  json: boolean;
};

export const RESTORE_USAGE =
  'nightshift restore <target> [--to <time|lsn|name|latest|end>] --into <directory> [--from <backup>] [--store secondary] [--keep] [--json]';

export const RESTORE_HELP = `${RESTORE_USAGE}

Brings a PostgreSQL database back from its backups into a new directory, and starts it there where this machine has the programs of its
major version. It never goes over anything, and touches no server that runs. Interrupted, the same command goes on where it was.
Of Redis it brings a snapshot: <into>/<member>/dump.rdb, tried in a redis-server of its own where this machine has one, and stopped again.

  --to     a time (2026-11-29 02:00:00Z; without a zone it is UTC), an LSN (0/3000028), the name of a restore point, latest, or end: that of
           the backup itself. Without it: latest.
  --into   a directory that is new or empty; its data/ is the server's afterwards
  --from   the label of the backup to begin with; else the newest that fits
  --store  secondary: the second place of the config
  --keep   leaves the server running on a free port of this machine

Exit code: 0 restored and recovered, 1 restored and not started, 2 it does not start, 3 refused or broken, 64 not understood.
`;

/** Pure: what follows `restore`, or what is wrong with it. */
export function readRestore(words: readonly string[]): RestoreWords | { problem: string } {
  const parsed = parse(words);
  if ('problem' in parsed) return { problem: `${parsed.problem}\nUsage: ${RESTORE_USAGE}` };
  return parsed;
}

function parse(words: readonly string[]): RestoreWords | { problem: string } {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
    const { to: said, into, from, store, keep, json } = values;
    const [target, more] = positionals;
    if (target === undefined) return { problem: 'The target is missing.' };
    if (more !== undefined)
      return { problem: `"${more}" is one word too many: write --to "${more}" with quotation marks.` };
    if (into === undefined || into === '') return { problem: '--into needs a directory that is new or empty.' };
    if (store !== 'primary' && store !== 'secondary') return { problem: '--store is primary or secondary.' };
    const to = restoreTarget(said);
    if ('problem' in to) return to;
    return { target, to, into, ...(from === undefined ? {} : { from }), store, keep, json };
  } catch (thrown) {
    const [sentence = ''] = (thrown instanceof Error ? thrown.message : '').split(/\. |\n/);
    return { problem: sentence.replace(/\.?$/, '.') };
  }
}

const OPTIONS = {
  to: { type: 'string', default: 'latest' },
  into: { type: 'string' },
  from: { type: 'string' },
  store: { type: 'string', default: 'primary' },
  keep: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;
