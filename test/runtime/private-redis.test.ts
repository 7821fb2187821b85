import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isAlive } from '../../src/runtime/own-folder.ts';
import { reapPrivateRedis, redisServerHere, startPrivateRedis } from '../../src/runtime/private-redis.ts';
import { recordServer } from '../servers/room.ts';

const program = redisServerHere() ?? '';
let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'nightshift-scratch-'));
  vi.stubEnv('TMPDIR', scratch);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

/** A process that starts a server of its own, and is killed; the server's number. */
async function killedOwner(): Promise<number> {
  const module = join(import.meta.dirname, '../../src/runtime/private-redis.ts');
  const words = `const { startPrivateRedis } = await import(${JSON.stringify(module)});
    process.stdout.write(String((await startPrivateRedis(${JSON.stringify(program)}, ${JSON.stringify(scratch)}, 60_000)).pid));
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(owner.stdout, 'data')) as [Buffer];
  const pid = Number(String(said));
  recordServer(pid, 'private redis');
  const exit = once(owner, 'exit');
  owner.kill('SIGKILL');
  await exit;
  return pid;
}

const folders = () => readdirSync(scratch).filter((name) => name.startsWith('nightshift-redis-'));

test('a server whose process was killed is ended by the next one, and its folder is gone', async () => {
  const pid = await killedOwner();
  expect(isAlive(pid)).toBe(true);
  await reapPrivateRedis();
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
  expect(folders()).toEqual([]);
});

test('a server that somebody uses is left alone', async () => {
  const server = await startPrivateRedis(program, scratch, 60_000);
  if (!('pid' in server)) throw new Error(server.notStarted);
  try {
    await reapPrivateRedis();
    expect(await server.info('server')).toMatch(/redis_version|valkey_version/);
    expect(folders().map((name) => existsSync(join(scratch, name, 'owner.json')))).toEqual([true]);
  } finally {
    await server.stop();
  }
  expect(folders()).toEqual([]);
});
