import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../../core/errors.ts';
import { findPostgresIdentity } from '../../runtime/postgres-identity.ts';
import { reachableDirectory } from '../../runtime/postgres-place.ts';
import { ownDirectory } from '../data-owner.ts';
import { keepPasswords, type FleetPasswords } from './fleet-passwords.ts';
import { askStatus, type FleetStatus } from './fleet-status.ts';
import { type PostgresPair, startPostgresPair } from './postgres-pair.ts';
import { openProcessLedger } from './process-ledger.ts';
import { type RedisTrio, startRedisTrio } from './redis-trio.ts';
import { readSessions, warmShopCache } from './shop-cache.ts';
import { startShopWorkload } from './shop-workload.ts';

/** The demo's databases: a PostgreSQL pair and a Redis trio, with a small shop that uses them. */
export type Fleet = {
  /** `127.0.0.1:port` by member name. */
  addresses: Record<string, string>;
  /** The variables that the config's `env:` references name. */
  environment: Record<string, string>;
  /** From the call to "everything replicates and agrees". */
  readySeconds: number;
  postgres: PostgresPair;
  redis: RedisTrio;
  status(): Promise<FleetStatus>;
  stop(): Promise<void>;
};

export type FleetOptions = {
  /** Kept from start to start; one process at a time. */
  dataDir: string;
  say(line: string): void;
};

/** Starts the fleet, or goes on with what is in the data directory; ends what a killed process has left running there. */
export async function startFleet({ say, ...options }: FleetOptions): Promise<Fleet> {
  const startedAtMs = performance.now();
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const owner = ownDirectory(dataDir);
  try {
    const ledger = openProcessLedger(join(dataDir, 'processes'));
    const ended = await ledger.endLeftovers();
    if (ended.length > 0) say(`ended ${ended.map(({ what }) => what).join(', ')}, left over from a killed start`);
    const passwords = passwordsOf(dataDir);
    const { pair, trio } = await startBoth(dataDir, passwords, ledger.record);
    await openTheShop(trio);
    const workload = startShopWorkload(pair, trio, passwords.cache);
    const readySeconds = (performance.now() - startedAtMs) / 1000;
    const stop = async () => {
      // The shop says goodbye to its servers, and would wait for the answer of one that hangs.
      for (const server of pair.servers) server.thaw();
      await workload.stop();
      await Promise.all([pair.stop(), trio.stop()]);
      await ledger.endLeftovers();
      owner.release();
    };
    return { ...describe(pair, trio, passwords), readySeconds, status: () => askStatus(pair, trio), stop };
  } catch (thrown) {
    owner.release();
    throw thrown;
  }
}

/** Removes everything that fleets have kept in a data directory, and outside of it on its behalf. */
export async function resetFleet(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const owner = ownDirectory(dataDir);
  await openProcessLedger(join(dataDir, 'processes')).endLeftovers();
  rmSync(postgresDirectory(dataDir), { recursive: true, force: true });
  owner.release();
  rmSync(dataDir, { recursive: true, force: true });
}

/** Servers whose passwords are lost are of no use: a data directory without them begins afresh. */
function passwordsOf(dataDir: string): FleetPasswords {
  const file = join(dataDir, 'passwords.json');
  if (!existsSync(file)) {
    rmSync(postgresDirectory(dataDir), { recursive: true, force: true });
    rmSync(join(dataDir, 'redis'), { recursive: true, force: true });
  }
  return keepPasswords(file);
}

/** PostgreSQL's account must reach its data; Redis runs as ourselves. */
function postgresDirectory(dataDir: string): string {
  return reachableDirectory(join(dataDir, 'postgres'), findPostgresIdentity());
}

/** Side by side; when one does not start, the other is stopped. */
async function startBoth(
  dataDir: string,
  passwords: FleetPasswords,
  record: (pid: number, what: string) => void,
): Promise<{ pair: PostgresPair; trio: RedisTrio }> {
  const [pair, trio] = await Promise.allSettled([
    startPostgresPair({ directory: postgresDirectory(dataDir), passwords, record }),
    startRedisTrio({ directory: join(dataDir, 'redis'), passwords, record }),
  ]);
  if (pair.status === 'fulfilled' && trio.status === 'fulfilled') return { pair: pair.value, trio: trio.value };
  for (const half of [pair, trio]) if (half.status === 'fulfilled') await half.value.stop();
  const failed = [pair, trio].find((half) => half.status === 'rejected');
  throw failed?.reason ?? new Fault('bug', 'the fleet did not start');
}

/** A cache that has been of use for a while. */
async function openTheShop(trio: RedisTrio): Promise<void> {
  const primary = await trio.primary();
  if (!primary) return;
  await warmShopCache(primary);
  await readSessions(primary, 1);
}

function describe(
  pair: PostgresPair,
  trio: RedisTrio,
  passwords: FleetPasswords,
): Pick<Fleet, 'addresses' | 'environment' | 'postgres' | 'redis'> {
  const servers = [...pair.servers, ...trio.servers, ...trio.sentinels];
  return {
    addresses: Object.fromEntries(servers.map(({ name, port }) => [name, `127.0.0.1:${port}`])),
    environment: {
      SHOP_DB_READ_PASSWORD: passwords.read,
      SHOP_DB_ACT_PASSWORD: passwords.act,
      SHOP_DB_COPY_PASSWORD: passwords.copy,
      SHOP_DB_CANARY_PASSWORD: passwords.canary,
      SHOP_CACHE_READ_PASSWORD: passwords.cacheRead,
      SHOP_CACHE_ACT_PASSWORD: passwords.cacheAct,
      SHOP_CACHE_COPY_PASSWORD: passwords.cacheCopy,
      SHOP_CACHE_CANARY_PASSWORD: passwords.cacheCanary,
    },
    postgres: pair,
    redis: trio,
  };
}
