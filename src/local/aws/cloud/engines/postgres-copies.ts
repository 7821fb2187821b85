import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findPostgresIdentity, giveTo } from '../../../../runtime/postgres-identity.ts';
import { startPostgres, type PostgresStart, type RunningPostgres } from '../../../../runtime/postgres-launcher.ts';
import { copyServer } from '../../../fleet/base-backup.ts';
import type { EngineCopies } from '../states/copies.ts';

export type PostgresCopiesOptions = {
  /** By the name of the instance or the cluster: the port of the server that takes its writes. */
  sources: { readonly [name: string]: { port: number } };
  /** The role that may replicate. */
  copy: { user: string; password: string };
  /** A folder of its own; everything is kept below it. */
  directory: string;
  settings: NonNullable<PostgresStart['settings']>;
  onSpawn?: (pid: number) => void;
};

export type PostgresCopies = EngineCopies & {
  /** The servers that run by now, by the names of what was restored. */
  running(): readonly string[];
  /** Ends them all. */
  stop(): Promise<void>;
};

/** Snapshots as base backups, and what is restored of them as servers of their own. What has no server has no data. */
export function keepPostgresCopies(options: PostgresCopiesOptions): PostgresCopies {
  const { sources, copy, directory, settings, onSpawn } = options;
  const servers = new Map<string, RunningPostgres>();
  const kept = (snapshot: string) => join(directory, 'snapshots', snapshot);
  const takeFrom = async (source: string, into: string) => {
    const from = sources[source];
    if (!from) throw new TypeError(`no server is behind ${source}`);
    await mkdir(into, { recursive: true, mode: 0o700 });
    await copyServer({ host: '127.0.0.1', port: from.port, ...copy }, into);
    giveTo(into, findPostgresIdentity());
  };
  return {
    cut: (snapshot, of) => takeFrom(of, kept(snapshot)),
    make: async (name, from) => {
      const dataDirectory = join(directory, 'restored', name);
      await mkdir(join(directory, 'restored'), { recursive: true });
      if (from in sources) await takeFrom(from, dataDirectory);
      else await cp(kept(from), dataDirectory, { recursive: true, preserveTimestamps: true });
      giveTo(dataDirectory, findPostgresIdentity());
      const server = await startPostgres({ dataDirectory, settings, ...(onSpawn ? { onSpawn } : {}) });
      servers.set(name, server);
      return { host: '127.0.0.1', port: server.port };
    },
    drop: async (name) => {
      await servers.get(name)?.stop('immediate');
      servers.delete(name);
      await rm(join(directory, 'restored', name), { recursive: true, force: true });
    },
    running: () => [...servers.keys()],
    stop: async () => {
      await Promise.all([...servers.values()].map((server) => server.stop('immediate')));
      servers.clear();
    },
  };
}
