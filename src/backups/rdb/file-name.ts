/** Pure: which shard an object of a snapshot is of, by its key: `shop-cache-2` of `…/shop-cache-2.rdb.zst`. */
export function rdbName(key: string): string {
  return /([^/]+)\.rdb(?:\.(?:gz|zst))?$/.exec(key)?.[1] ?? 'dump';
}
