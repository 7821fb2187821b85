/** What is looked at on every primary whose writes are moved (`primaryPrechecks`). */
export const onPrimary = {
  Saved: 'warns where the last save to disk failed',
  'Guard against two primaries': 'warns where min-replicas-to-write is 0',
  Switchover: 'stops where the primary is in a FAILOVER of its own',
} as const;

/** Where writes are held from here (`holdable`). */
export const onHold = { Version: 'stops before Redis 6.2, which cannot hold writes and let reads go on' } as const;

/** What is looked at on a replica that is to take the place of a dead primary (`lookOf` of a failover). */
export const onReplica = {
  'Silent replicas': 'warns of replicas that cannot be asked: they may have more',
  'Takes writes': 'stops where min-replicas-to-write would let it take none; warns where it needs the other replicas',
  Saved: 'warns where the last save to disk failed',
} as const;
