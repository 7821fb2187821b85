import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isAlive, makeOwnFolder } from '../../../src/app/own-folder.ts';
import { loadRdb, reapLoads } from '../../../src/app/restore/load-rdb.ts';
import { recordServer } from '../../servers/room.ts';

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'nightshift-scratch-'));
  vi.stubEnv('TMPDIR', scratch);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

/** A process that begins to load, and is killed when its server is there; the server's number. */
async function killedLoad(): Promise<number> {
  const at = (path: string) => JSON.stringify(join(import.meta.dirname, '../../../src', path));
  const words = `const { startPrivateRedis, redisServerHere } = await import(${at('runtime/private-redis.ts')});
    const { makeOwnFolder } = await import(${at('app/own-folder.ts')});
    const own = makeOwnFolder({ prefix: 'nightshift-redis-', note: 'owner.json' });
    const server = await startPrivateRedis(redisServerHere(), { directory: ${JSON.stringify(scratch)}, own }, 60_000);
    process.stdout.write(String(server.pid));
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

test('a server whose process was killed is ended by the next load, and its folder is gone', async () => {
  const pid = await killedLoad();
  expect(isAlive(pid)).toBe(true);
  expect(await loadRdb(scratch, { plainBytes: 1 })).toMatchObject({ keys: 0 });
  await expect.poll(() => isAlive(pid), { timeout: 60_000 }).toBe(false);
  expect(folders()).toEqual([]);
});

test('a folder of a process that lives is left alone', async () => {
  const own = makeOwnFolder({ prefix: 'nightshift-redis-', note: 'owner.json', longestMs: 86_400_000 });
  await reapLoads();
  expect(folders()).toEqual([basename(own)]);
});
