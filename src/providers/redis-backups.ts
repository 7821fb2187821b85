import type { DatabaseRoom } from '../core/room.ts';
import type { RedisBackups } from '../targets/backups.ts';
import type { RedisTarget } from '../targets/redis.ts';
import { lookAround } from './redis-backup/look.ts';
import type { SnapshotSite } from './redis-backup/site.ts';
import { takeSnapshot } from './redis-backup/take.ts';

/** The target with its snapshots, in the room that copies; elsewhere as it is. */
export function withBackups(target: RedisTarget, room: DatabaseRoom, about: Omit<SnapshotSite, 'target'>): RedisTarget {
  return room === 'copy' ? { ...target, backups: backupsOf({ ...about, target }) } : target;
}

/** Takes snapshots of servers of our own over the replication protocol, without anything installed on them. */
export function backupsOf(site: SnapshotSite): RedisBackups {
  return {
    look: async () => {
      const looked = await lookAround(site);
      return 'refused' in looked ? looked : { done: looked.look };
    },
    snapshot: (work) => takeSnapshot(site, work),
  };
}
