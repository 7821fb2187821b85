import { Damage } from '../../../backups/damage.ts';
import { maskText } from '../../../core/mask.ts';
import { queryFault } from '../../postgres-refusal.ts';
import { ServerSaid } from '../replication/connection.ts';

/** A no that is expected. Its message is a sentence with the reason and what to do instead. */
export class Refused extends Error {}

/** What went wrong, as data where it is a no of the server or of the check; anything else is thrown as a fault. */
export function refusalOf(thrown: unknown, member: string): { refused: string } {
  if (thrown instanceof Refused) return { refused: thrown.message };
  if (thrown instanceof Damage) {
    return {
      refused: `What ${member} sent is not what it read: ${thrown.message}. Nothing was called a backup. Take it again; if that says the same, look at the memory and the disks of both machines.`,
    };
  }
  if (thrown instanceof ServerSaid && isNo(thrown)) {
    return { refused: `${member} gives no backup: ${maskText(thrown.message)} (${thrown.code}).${whatNow(thrown)}` };
  }
  if (thrown instanceof ServerSaid) throw queryFault(thrown);
  throw thrown;
}

/**
 * 55000 is a server that is not in the state for it: promoted meanwhile, no summaries of its WAL; 58 a file that is gone;
 * XX a manifest that does not fit it. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function isNo({ code }: ServerSaid): boolean {
  return code.startsWith('55') || code.startsWith('58') || code.startsWith('XX') || code.startsWith('22');
}

function whatNow({ code, routine }: ServerSaid): string {
  // https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/backup/basebackup.c, sendDir
  if (routine === 'sendDir' && code === '55000')
    return ' Take it again: it takes the writes now, on a timeline of its own.';
  if (routine === 'do_pg_backup_stop') return ' Take it again: it was promoted, or replayed WAL without full pages.';
  if (routine?.toLowerCase().includes('incremental')) return ' Take a full backup.';
  return code.startsWith('58') ? ' Take it again; a larger wal_keep_size keeps WAL for longer.' : '';
}
