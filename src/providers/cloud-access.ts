import type { StoredObject } from '../core/backup-store.ts';
import type { TargetSpec } from '../targets/spec.ts';

/** Where to ask when the target names no region of its own, and the time of metrics. */
export type CloudAccess = {
  region: string | undefined;
  now(): number;
  /** The role that is assumed for what clients notice; undefined where nobody set one. */
  failoverRole?: string | undefined;
  /** The role that is assumed for what nobody notices: snapshots, and what is restored from them. */
  operatorRole?: string | undefined;
  /** The role that is assumed for what is restored in a drill, and deleted again. */
  drillRole?: string | undefined;
  /** The role that is assumed to delete snapshots of ours that expired. */
  expiryRole?: string | undefined;
  /** What is in a bucket below a prefix; absent where nobody can look into buckets. */
  listBucket?: ((bucket: string, prefix: string) => Promise<readonly StoredObject[]>) | undefined;
  /** The run in whose name something may be changed; undefined where one only looks. */
  actingFor?: string | undefined;
  /** The run in whose name a copy may be made within the cloud, and nothing changed. */
  copyingFor?: string | undefined;
  /**
   * The run of which is asked what became of its step: what it has begun may be finished or taken back in its name, and nothing
   * new begun.
   */
  settlingFor?: string | undefined;
};

/** Settings of a client of AWS that is asked in a report: a machine that cannot be seen must not hold the report up. */
export type CloudClient = {
  region: string;
  maxAttempts: number;
  requestHandler: { connectionTimeout: number; requestTimeout: number; throwOnRequestTimeout: true };
};

/** Pure: the same in another region. */
export function inRegion(settings: CloudClient, region: string): CloudClient {
  return { ...settings, region };
}

/** Undefined where no region is known. */
export function cloudClient(spec: TargetSpec, { region }: CloudAccess): CloudClient | undefined {
  const place = spec.region ?? region;
  if (place === undefined) return undefined;
  const requestHandler = { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true } as const;
  return { region: place, maxAttempts: 2, requestHandler };
}
