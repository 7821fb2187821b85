import { Redis } from 'ioredis';
import { memoryContext } from '../../../src/app/memory-context.ts';
import { createMask } from '../../../src/core/mask.ts';
import type { RunContext, Steps } from '../../../src/core/operation.ts';
import type { Report } from '../../../src/core/report.ts';
import { keys, type steps } from '../../../src/operations/keys.ts';
import { findNodes, type KeyNode } from '../../../src/operations/keys/nodes.ts';
import { scanSlice, type Slice, type SliceAnswer, type SliceArgs } from '../../../src/operations/keys/scan-slice.ts';
import type { RedisTarget } from '../../../src/targets/redis.ts';
import { expectPublished } from '../../published-json.ts';

export const about = { name: 'shop-cache', engine: 'redis', environment: 'laptop' } as const;
export const wholeBudget = { keys: null, seconds: 25, cpuSeconds: 100 };

/** The context of a run in memory on an opened target. */
export function contextOn(target: RedisTarget): RunContext<Steps> & RunContext<typeof steps> {
  const tools = { target, mask: createMask([]), nowMs: Date.parse('2026-11-28T02:00:00Z'), user: 'terminal' };
  return memoryContext(keys, about, tools) as RunContext<Steps> & RunContext<typeof steps>;
}

/** The whole operation; its report is as published. */
export async function reportOn(target: RedisTarget, args: { mode?: string } = {}): Promise<Report> {
  const outcome = await keys.run(contextOn(target), args);
  expectPublished(outcome);
  if ('done' in outcome) return outcome.done;
  throw new Error(JSON.stringify(outcome));
}

export async function nodeOf(target: RedisTarget): Promise<KeyNode> {
  const [node] = (await findNodes(target)).nodes;
  if (!node) throw new Error('no node answered');
  return node;
}

/** One slice, as it leaves its room: through JSON. */
export async function sliceOf(target: RedisTarget, change: Partial<SliceArgs> = {}): Promise<Slice> {
  const answer = await answerOf(target, change);
  if ('skipped' in answer) throw new Error(answer.skipped);
  return answer;
}

export async function answerOf(target: RedisTarget, change: Partial<SliceArgs> = {}): Promise<SliceAnswer> {
  const args = { node: await nodeOf(target), cursor: '0', budget: wholeBudget, ...change };
  return JSON.parse(JSON.stringify(await scanSlice(target, args))) as SliceAnswer;
}

export function fact(report: Report, label: string): string | undefined {
  return report.facts.find((one) => one.label === label)?.value;
}

export function rowsOf(report: Report, title: string) {
  return report.tables.find((table) => table.title.startsWith(title))?.rows ?? [];
}

/** A driver's connection for preparing data, closed at the end. */
export async function withClient<R>(url: string, work: (client: Redis) => Promise<R>): Promise<R> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** `count` small strings `<prefix>:<n>`. */
export async function fill(client: Redis, prefix: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 5000) {
    const pipeline = client.pipeline();
    for (let n = from; n < Math.min(count, from + 5000); n += 1) pipeline.set(`${prefix}:${n}`, 'x');
    await pipeline.exec();
  }
}

/** For rows whose order does not matter. */
export function byText(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : 1;
}
