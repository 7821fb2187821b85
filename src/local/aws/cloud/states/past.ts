import type { CloudModel } from '../model.ts';

/** The part of the model that states change. */
export type Resources = Pick<
  CloudModel,
  'instances' | 'clusters' | 'groups' | 'snapshots' | 'clusterSnapshots' | 'cacheSnapshots'
>;

/** How far the answers of Describe… are behind, in seconds of the virtual clock. */
export type DescribeLag = {
  /** Everything. */
  describeSeconds: number;
  /** Availability zones of an instance, beyond that: "several minutes". */
  zoneSeconds: number;
  /** Who is the writer of a cluster, beyond that. */
  roleSeconds: number;
  /** What DescribeEvents tells. RDS promises neither order nor existence of an event. */
  eventSeconds: number;
};

export const NO_LAG: DescribeLag = { describeSeconds: 0, zoneSeconds: 0, roleSeconds: 0, eventSeconds: 0 };

/** What was so until a moment. Resources are never changed in place, so that keeping them is enough. */
export type Past = { untilMs: number; was: Resources }[];

/** As it was at a moment. */
export function asOf(past: Past, present: Resources, atMs: number): Resources {
  return past.find(({ untilMs }) => untilMs > atMs)?.was ?? present;
}

/** What Describe… answers now: the truth of a while ago, with zones and roles of longer ago. */
export function seen(past: Past, present: Resources, lag: DescribeLag, nowMs: number): Resources {
  const ago = (seconds: number) => asOf(past, present, nowMs - seconds * 1000);
  const then = ago(lag.describeSeconds);
  const zones = ago(lag.describeSeconds + lag.zoneSeconds).instances;
  const roles = ago(lag.describeSeconds + lag.roleSeconds).clusters;
  return {
    ...then,
    instances: then.instances.map((one) => {
      const old = zones.find(({ DBInstanceIdentifier: id }) => id === one.DBInstanceIdentifier);
      return old ? { ...one, ...defined(old, 'AvailabilityZone', 'SecondaryAvailabilityZone') } : one;
    }),
    clusters: then.clusters.map((one) => {
      const old = roles.find(({ DBClusterIdentifier: id }) => id === one.DBClusterIdentifier);
      return old ? { ...one, ...defined(old, 'DBClusterMembers') } : one;
    }),
  };
}

function defined<T extends object, K extends keyof T>(from: T, ...names: readonly K[]): Pick<T, K> {
  const found = names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]);
  return Object.fromEntries(found) as Pick<T, K>;
}
