import type { PostgresBackups } from '../../targets/backups.ts';
import { lookAround } from './backup/look.ts';
import { drainWal } from './backup/drain-wal.ts';
import { followWal } from './backup/follow-wal.ts';
import type { BackupSite } from './backup/site.ts';
import { takeBackup } from './backup/take.ts';

/** Takes backups of servers of our own over the replication protocol, without anything installed on them. */
export function backupsOf(site: BackupSite): PostgresBackups {
  return {
    look: async () => {
      const looked = await lookAround(site);
      return 'refused' in looked ? looked : { done: looked.look };
    },
    full: (work) => takeBackup(site, work),
    incremental: (work, parent) => takeBackup(site, work, parent),
    drainWal: (work) => drainWal(site, work),
    followWal: (work) => followWal(site, work),
  };
}
