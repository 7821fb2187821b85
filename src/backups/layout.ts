import type { BackupToolName } from '../core/backup-tool.ts';

/**
 * Where everything lies in a store. The identifier of the database system is part of the place, so that a cluster that was made anew
 * or upgraded under the same name can never be mixed up with the one before.
 *
 *     <target>/postgres-<system id>-<major>/base/<label>/done.json             last of all
 *                                                       /backup_manifest.gz
 *                                                       /base.tar[.gz|.zst]
 *                                                       /proof/<time>-<store>-<level>.json
 *                                                       /pin/<time>-<pinned|unpinned>.json
 *                                          /wal/<timeline, 8 hex>/<segment>.zst          whole segments
 *                                          /wal/<timeline, 8 hex>/<segment>.partial.<end LSN as 16 hex>.zst
 *                                          /wal/<timeline, 8 hex>/<timeline>.history
 *                                          /owed/<timeline, 8 hex>-<LSN as 16 hex>.json  after a gap or a promotion
 *     <target>/<pgbackrest|barman>/base/<label>/proof/…          of backups that lie in the tool's own repository
 *     <target>/redis/base/<label>/done.json · <member>.rdb[.gz|.zst] · proof/ · pin/
 */
export type System = { target: string; engine: 'postgres'; systemId: string; major: number };
export type RedisPlace = { target: string; engine: 'redis' };
export type Place = System | RedisPlace;
/** Of backups that another tool has: what was proved of them is all that lies there. */
export type ToolPlace = { target: string; tool: BackupToolName };

/** `shop-db/postgres-7711457467643058932-18`, without a slash at its end. */
export function placeKey(place: Place | ToolPlace): string {
  if ('tool' in place) return `${place.target}/${place.tool}`;
  return place.engine === 'postgres'
    ? `${place.target}/postgres-${place.systemId}-${place.major}`
    : `${place.target}/redis`;
}

export function backupKey(place: Place | ToolPlace, label: string): string {
  return `${placeKey(place)}/base/${label}`;
}

export function doneKey(place: Place, label: string): string {
  return `${backupKey(place, label)}/done.json`;
}

export function walFolder(system: System, timeline: number): string {
  return `${placeKey(system)}/wal/${hex8(timeline)}`;
}

/** What says that a backup is owed since a position in the WAL; its name sorts by that. */
export function owedKey(system: System, { timeline, lsn }: { timeline: number; lsn: bigint }): string {
  return `${placeKey(system)}/owed/${hex8(timeline)}-${lsn.toString(16).toUpperCase().padStart(16, '0')}.json`;
}

/** `20261129T020000Z-full`: unique to the second within a target, and sorts by time. */
export function backupLabel(at: Date, kind: string): string {
  return `${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${kind}`;
}

export function hex8(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}
