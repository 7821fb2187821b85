import { expect, test } from 'vitest';
import { sharedHosts } from '../../src/app/knowledge.ts';
import { keepLocks, releaseLocks, takeLocks } from '../../src/app/run-locks.ts';
import type { Config } from '../../src/config/config.ts';
import { openState } from '../../src/state/index.ts';
import { memoryTable } from './memory-table.ts';

const hosts: Record<string, string[]> = { 'shop-db': ['10.0.0.1', '10.0.0.2'], 'shop-cache': ['10.0.0.2'], other: [] };
let nowMs = Date.parse('2026-11-24T03:00:00Z');
const { locks } = openState(memoryTable(() => nowMs));
const tools = { locks, sharedHosts: (target: string) => hosts[target] ?? [] };
const switchover = { movesWrites: true } as const;
const end = {};

test('of two targets that share a host the writes of one are moved at a time; a session of the other may be ended', async () => {
  expect(await takeLocks(tools, switchover, 'shop-db', 'run-1')).toHaveProperty('fence');
  expect(await takeLocks(tools, switchover, 'shop-cache', 'run-2')).toEqual({
    refused: 'host:10.0.0.2 is locked by run-1 until 2026-11-24 03:15 UTC at the latest.',
  });
  expect(await takeLocks(tools, end, 'shop-cache', 'run-3')).toHaveProperty('fence');
  await releaseLocks(tools, end, 'shop-cache', 'run-3');
  await releaseLocks(tools, switchover, 'shop-db', 'run-1');
  expect(await takeLocks(tools, switchover, 'shop-cache', 'run-2')).toHaveProperty('fence');
  await releaseLocks(tools, switchover, 'shop-cache', 'run-2');
});

test('what was taken is given back where the rest is not free', async () => {
  await takeLocks(tools, end, 'shop-db', 'run-1');
  expect(await takeLocks(tools, switchover, 'shop-db', 'run-2')).toHaveProperty('refused');
  expect(await locks.current('host:10.0.0.1')).toBeUndefined();
  expect(await locks.current('host:10.0.0.2')).toBeUndefined();
});

test('what is known to go on keeps its locks and their number, as long as nobody else has taken one', async () => {
  const beganMs = nowMs;
  const first = await takeLocks(tools, switchover, 'shop-cache', 'run-4');
  nowMs = beganMs + 890_000;
  await keepLocks(tools, switchover, 'shop-cache', 'run-4');
  nowMs = beganMs + 1_700_000;
  expect(await locks.current('target:shop-cache')).toEqual({ holder: 'run-4', ...first });
  expect(await locks.current('host:10.0.0.2')).toMatchObject({ holder: 'run-4' });
  nowMs = beganMs + 1_800_000;
  await takeLocks(tools, end, 'shop-cache', 'run-5');
  await keepLocks(tools, switchover, 'shop-cache', 'run-4');
  expect(await locks.current('target:shop-cache')).toMatchObject({ holder: 'run-5' });
});

test('a host is shared when a server of another target is on it', () => {
  const target = (name: string, ...at: string[]) => ({ name, members: at.map((host) => ({ host })) });
  const targets = [target('shop-db', 'a', 'b', 'b'), target('shop-cache', 'b', 'c'), target('other', 'd')];
  const config = { targets } as unknown as Config;
  expect(['shop-db', 'shop-cache', 'other'].map((name) => sharedHosts(config, name))).toEqual([['b'], ['b'], []]);
});
