import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../../../src/local/fleet/redis-launcher.ts';
import type { Bench } from '../area.ts';

/** A server with many keys of all kinds and a few big ones; the same ones each time. */
export type ManyKeys = { port: number; keys: number; client: Redis };

const KINDS = ['session', 'user', 'cache', 'queue', 'tag', 'board'] as const;
const BATCH = 5000;
/** Of each collection type, with so many times 20,000 members. */
const BIG = [1, 2, 3, 4, 5] as const;

/** Starts it on this machine; it ends with the benchmark. */
export async function startManyKeys(bench: Bench, keys: number): Promise<ManyKeys> {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-bench-redis-'));
  bench.afterwards.defer(() => rmSync(directory, { recursive: true, force: true }));
  const server = await startRedis({ directory, configuration: ['save ""', 'appendonly no'] });
  bench.afterwards.defer(() => server.stop('SIGKILL'));
  const client = new Redis({ port: server.port });
  bench.afterwards.defer(() => client.disconnect());
  for (let from = 0; from < keys; from += BATCH) {
    const pipeline = client.pipeline();
    for (let n = from; n < Math.min(keys, from + BATCH); n += 1) smallKey(pipeline, n);
    await pipeline.exec();
  }
  for (const times of BIG) await bigKeys(client, times);
  return { port: server.port, keys: await client.dbsize(), client };
}

/** 60 % strings, of which a quarter expires, 15 % hashes, 10 % lists, 8 % sets, 7 % sorted sets. */
function smallKey(pipeline: ReturnType<Redis['pipeline']>, n: number): void {
  const kind = KINDS[n % KINDS.length] ?? 'user';
  const place = n % 100;
  const some = (count: number, word: string) => Array.from({ length: count }, (_, k) => `${word}${k}`);
  if (place < 60) {
    const value = 'x'.repeat(20 + ((n * 7919) % 300));
    if (n % 4 === 0) pipeline.set(`${kind}:s:${n}`, value, 'EX', 3600 + (n % 3_000_000));
    else pipeline.set(`${kind}:s:${n}`, value);
  } else if (place < 75) pipeline.hset(`${kind}:h:${n}`, 'a', n, 'b', 'y'.repeat(n % 50), 'c', '1');
  else if (place < 85) pipeline.rpush(`${kind}:l:${n}`, ...some(1 + (n % 12), 'item'));
  else if (place < 93) pipeline.sadd(`${kind}:t:${n}`, ...some(1 + (n % 9), 'm'));
  else pipeline.zadd(`${kind}:z:${n}`, 1, 'a', 2, 'b', n, 'c');
}

async function bigKeys(client: Redis, times: number): Promise<void> {
  const members = Array.from({ length: 20_000 * times }, (_, n) => `member${n}`);
  await client.hset(`big:h:${times}`, Object.fromEntries(members.map((member) => [member, 'v'])));
  await client.rpush(`big:l:${times}`, ...members.slice(0, 30_000 + times));
  await client.sadd(`big:t:${times}`, ...members.slice(0, 10_000 + times));
  await client.zadd(`big:z:${times}`, ...members.slice(0, 9000 + times).flatMap((member, n) => [n, member]));
  await client.set(`big:s:${times}`, 'z'.repeat(1_000_000 * times));
}
