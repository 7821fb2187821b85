import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import type { CloudModel } from '../model.ts';
import type { CopyWork } from './change.ts';

/** Real data behind snapshots and what is made of them, given by whoever starts the stand-in. */
export type EngineCopies = {
  /** Keeps what the source holds now, as the content of a snapshot. */
  cut(snapshot: string, of: string): Promise<void>;
  /** Starts a server of its own with the content of a snapshot, or with what a source holds now. */
  make(name: string, from: string): Promise<{ host: string; port: number }>;
  /** Ends such a server and removes its data. */
  drop(name: string): Promise<void>;
};

/** Does with the engines what a change says, and leads the endpoint of what is new to its server. */
export async function copyEngines(
  { model, copies }: { model: CloudModel; copies?: EngineCopies | undefined },
  work: CopyWork | undefined,
): Promise<void> {
  if (copies === undefined || work === undefined) return;
  if ('cut' in work) return copies.cut(work.cut, work.of);
  if ('drop' in work) return copies.drop(work.drop);
  const { host, port } = await copies.make(work.make, work.from);
  const led = <T extends DBInstance | DBCluster>(one: T, name: string | undefined, endpoint: Partial<T>): T =>
    name === work.make ? { ...one, ...endpoint } : one;
  model.instances = model.instances.map((one) =>
    led(one, one.DBInstanceIdentifier, { Endpoint: { Address: host, Port: port } }),
  );
  model.clusters = model.clusters.map((one) => led(one, one.DBClusterIdentifier, { Endpoint: host, Port: port }));
}
