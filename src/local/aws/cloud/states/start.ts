import { setTimeout as sleep } from 'node:timers/promises';
import { startCloudEndpoint, type Acting, type CloudEndpoint } from '../endpoint.ts';
import type { CloudModel } from '../model.ts';
import { CloudRefusal, throttled } from '../refusal.ts';
import type { EngineCopies } from './copies.ts';
import { DURATIONS, type Durations } from './durations.ts';
import type { CloudEvent } from './event.ts';
import { elasticacheActs, elasticacheSteps } from './elasticache/operations.ts';
import { shown } from './elasticache/group.ts';
import { NO_LAG, seen, type DescribeLag } from './past.ts';
import { rdsActs, rdsSteps } from './rds/operations.ts';
import { troubleOf, type CloudTrouble, type Trouble } from './trouble.ts';
import { openWorld, type EngineBinding, type World } from './world.ts';

/** How the virtual clock moves by itself; without either only `advance` moves it. */
export type Pace =
  /** So many virtual seconds in one of ours. It stands still while engines move. */
  | { factor: number }
  /** So far at every request, so that a program which asks again and again gets on without waiting. */
  | { eachRequestMs: number };

export type ActingCloudOptions = {
  /** The resources as they are at the beginning; the stand-in puts changed ones in their places, a test may do so, too. */
  model: CloudModel;
  /** The virtual clock begins here; now, where nothing is said. */
  startMs?: number;
  port?: number;
  pace?: Pace;
  /** Read at every question: a test may add to it. */
  troubles?: readonly CloudTrouble[];
  lag?: Partial<DescribeLag>;
  durations?: Partial<Durations>;
  /** By the name of the instance, of the cluster, of the replication group; `group/0001` for one shard of several. */
  bindings?: { readonly [resource: string]: EngineBinding };
  /** The data behind snapshots, and behind what is made of them. */
  copies?: EngineCopies;
};

export type ActingCloud = CloudEndpoint & {
  /** The virtual clock, in milliseconds since 1970. */
  now(): number;
  /** Moves the clock. What is due on the way happens, on the bound engines, too, before this resolves. */
  advance(byMs: number): Promise<void>;
  /** Moves the clock until nothing goes on any more. */
  settle(): Promise<void>;
  /** Everything that happened, the oldest first, with the numbers that DescribeEvents does not show. */
  events(): readonly CloudEvent[];
};

/**
 * Starts the stand-in of AWS with state graphs: the answers of startCloudEndpoint, and verbs that take time and may fail, on a virtual
 * clock. RDS: RebootDBInstance, FailoverDBCluster, PromoteReadReplica, ModifyDBInstance, DescribeEvents. ElastiCache: TestFailover,
 * ModifyReplicationGroup, DescribeEvents. Describe… shows the states, as late as `lag` says. A resource with a binding moves real
 * engines: the clock waits for their `moveTo`, and where that rejects, the failover fails.
 */
export async function startActingCloud(options: ActingCloudOptions): Promise<ActingCloud> {
  const { model, startMs = Date.now(), bindings = {}, pace } = options;
  const trouble = troubleOf(options.troubles ?? []);
  const durations = { ...DURATIONS, ...options.durations };
  const world = openWorld({
    model,
    startMs,
    durations,
    trouble,
    bindings,
    copies: options.copies,
    steps: { ...rdsSteps, ...elasticacheSteps },
  });
  const acting = actingOf(world, model, trouble, options);
  const port = options.port === undefined ? {} : { port: options.port };
  const endpoint = await startCloudEndpoint(model, { now: world.nowMs, acting, ...port });
  const stopPace = pace && 'factor' in pace ? keepPace(world, pace.factor) : () => Promise.resolve();
  return {
    ...endpoint,
    now: world.nowMs,
    advance: world.advance,
    settle: world.settle,
    events: () => world.events,
    close: async () => {
      await stopPace();
      await endpoint.close();
    },
  };
}

function actingOf(world: World, model: CloudModel, trouble: Trouble, { lag, pace }: ActingCloudOptions): Acting {
  const late = { ...NO_LAG, ...lag };
  const told = () => world.events.filter(({ atMs }) => atMs <= world.nowMs() - late.eventSeconds * 1000);
  return {
    arrive: async () => {
      if (pace && 'eachRequestMs' in pace) await world.advance(pace.eachRequestMs);
      await Promise.race([
        Promise.all(model.commands.map(({ over }) => over)),
        sleep(COMMANDS_MS, undefined, { ref: false }),
      ]);
    },
    admit: (action) => {
      if (trouble.strikes('throttled', action)) throw throttled();
      const refused = trouble.refusal(action);
      if (refused) throw new CloudRefusal(refused.code, refused.message);
    },
    view: () => {
      const { groups, ...rest } = seen(world.past, model, late, world.nowMs());
      return { ...model, ...rest, groups: groups.map(shown) };
    },
    operations: { rds: rdsActs(world, told), elasticache: elasticacheActs(world, told) },
  };
}

/** A program on a host works in our time: for so long its command is waited for at each request. */
const COMMANDS_MS = 1000;

const TICK_MS = 20;

function keepPace(world: World, factor: number): () => Promise<void> {
  const ending = new AbortController();
  const loop = async () => {
    while (!ending.signal.aborted) {
      await sleep(TICK_MS, undefined, { signal: ending.signal, ref: false }).catch(() => {});
      await world.advance(TICK_MS * factor);
    }
  };
  const looping = loop();
  return async () => {
    ending.abort();
    await looping;
  };
}
