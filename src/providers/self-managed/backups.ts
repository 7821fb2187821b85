import type { PostgresBackups } from '../../targets/backups.ts';
import { lookAround } from './backup/look.ts';
import type { BackupSite } from './backup/site.ts';
import { takeBackup } from './backup/take.ts';

/** Takes backups of servers of our own over the replication protocol, without anything installed on them. */
export function copiesOf(site: BackupSite): Pick<PostgresBackups, 'look' | 'full' | 'incremental'> {
  return {
    look: async () => {
      const looked = await lookAround(site);
      return 'refused' in looked ? looked : { done: looked.look };
    },
    full: (work) => takeBackup(site, work),
    incremental: (work, parent) => takeBackup(site, work, parent),
  };
}
