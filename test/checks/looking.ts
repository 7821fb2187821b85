import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Changed } from '../../src/core/changed.ts';
import type { Check, Compared, Samples, Seen } from '../../src/core/check.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Json } from '../../src/core/json.ts';
import { createSecrets, openTarget, type OpenOptions } from '../../src/providers/index.ts';
import type { PostgresTarget } from '../../src/targets/postgres.ts';
import type { RedisTarget } from '../../src/targets/redis.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';

type Server = { spec: TargetSpec; environment: Record<string, string> };

/** Opens a test target as the read room does, hands it over, closes it. */
export async function onPostgres<R>(
  server: Server,
  work: (target: PostgresTarget) => Promise<R>,
  options: Partial<OpenOptions> = {},
): Promise<R> {
  const secrets = createSecrets((name) => server.environment[name]);
  const target = await openTarget(server.spec, 'read', { secret: secrets.resolve, ...options });
  try {
    if (target.engine !== 'postgres') throw new Error('not a PostgreSQL target');
    return await work(target);
  } finally {
    await target.close();
  }
}

export async function onRedis<R>(
  server: Server,
  work: (target: RedisTarget) => Promise<R>,
  options: Partial<OpenOptions> = {},
): Promise<R> {
  const secrets = createSecrets((name) => server.environment[name]);
  const target = await openTarget(server.spec, 'read', { secret: secrets.resolve, ...options });
  try {
    if (target.engine !== 'redis') throw new Error('not a Redis target');
    return await work(target);
  } finally {
    await target.close();
  }
}

/** What the check's question in the read room gave. */
export function ask<T, C>(check: Check<T, C>, target: T): Promise<Seen<Json>> {
  if (!check.ask.read) throw new Error(`${check.id} asks nothing in the read room`);
  return check.ask.read(target);
}

/** The sample of a check that must have answered. */
export async function sampleOf<T, C>(check: Check<T, C>, target: T): Promise<Json> {
  const seen = await ask(check, target);
  if ('sample' in seen) return seen.sample;
  throw new Error(`${check.id} did not answer: ${JSON.stringify(seen)}`);
}

/** Findings of one sample, as they would leave the room: through JSON. */
export function judged<T, C>(
  check: Check<T, C>,
  sample: Json,
  about: { limits?: Json; before?: { sample: Json; secondsAgo: number } } = {},
): Finding[] {
  const { limits = {}, before } = about;
  const earlier = before && { samples: { read: before.sample }, secondsAgo: before.secondsAgo };
  return check.judge({ read: JSON.parse(JSON.stringify(sample)) as Json }, earlier, limits, 'shop-db');
}

/** Findings of one sample of the control room, as they would leave it. */
export function judgedControl<T, C>(check: Check<T, C>, sample: Json, limits: Json = {}): Finding[] {
  return check.judge({ control: JSON.parse(JSON.stringify(sample)) as Json }, undefined, limits, 'shop-db');
}

/** An earlier or a present look of a check, with what its own rates are measured against. */
export type ComparedSample = { sample: Json; at?: string; before?: { sample: Json; secondsAgo: number } };

/** What a check says changed between two looks, through JSON. */
export function changed<T, C>(
  check: Check<T, C>,
  good: ComparedSample,
  now: ComparedSample,
  limits: Json = {},
): Changed[] {
  if (!check.changes) throw new Error(`${check.id} compares nothing`);
  return check.changes(comparedOf(good), comparedOf(now), limits);
}

function comparedOf({ sample, at = '2026-11-24T02:00:00.000Z', before }: ComparedSample): Compared<Samples> {
  const samples = (one: Json) => ({ read: JSON.parse(JSON.stringify(one)) as Json });
  return {
    at,
    samples: samples(sample),
    ...(before ? { before: { samples: samples(before.sample), secondsAgo: before.secondsAgo } } : {}),
  };
}

/** Findings of one sample of the machines, as they would leave their room; `before`: the sample of the look before. */
export function judgedMachine<T>(
  check: Check<T>,
  sample: Json,
  about: { limits?: Json; before?: { sample: Json; secondsAgo: number } } = {},
): Finding[] {
  const { limits = {}, before } = about;
  const earlier = before && { samples: { machine: before.sample }, secondsAgo: before.secondsAgo };
  return check.judge({ machine: JSON.parse(JSON.stringify(sample)) as Json }, earlier, limits, 'shop-db');
}

/** A little less than a test has: whoever gives up first says what was seen. */
const PATIENCE_MS = 110_000;

/** Asks again until the answer is as wanted. Throws with the last answer where it does not become so. */
export async function until<R>(look: () => Promise<R>, wanted: (seen: R) => boolean): Promise<R> {
  for (const giveUpAtMs = performance.now() + PATIENCE_MS; ;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    if (performance.now() > giveUpAtMs)
      throw new Error(`not as wanted within ${PATIENCE_MS / 1000} s; seen last: ${inspect(seen, { depth: 8 })}`);
    await sleep(30);
  }
}
