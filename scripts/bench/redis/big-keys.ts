import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { reportOf } from './our-keys.ts';
import type { ManyKeys } from './many-keys.ts';

const run = promisify(execFile);

/** The biggest key of each type by members, as redis-cli prints it. */
const BIGGEST = /^Biggest +(\w+) found '"(.+)"' has (\d+) /gm;

/** redis-cli as an administrator would use it. Throws when it did not see every key. */
export async function redisCli({ port, keys }: ManyKeys, option: '--bigkeys' | '--memkeys'): Promise<string> {
  const { stdout } = await run('redis-cli', ['-p', String(port), option], { maxBuffer: 64 * 1024 * 1024 });
  if (!stdout.includes(`Sampled ${keys} keys`)) throw new Error(`redis-cli ${option} did not see ${keys} keys`);
  return stdout;
}

/** The version of redis-cli, or undefined where there is none. */
export async function redisCliVersion(): Promise<string | undefined> {
  return run('redis-cli', ['--version']).then(
    ({ stdout }) => /\d+\.\d+\.\d+/.exec(stdout)?.[0],
    () => undefined,
  );
}

/** Both answers must be the same: the most members of each type, and the most memory. */
export async function sameAnswers(server: ManyKeys): Promise<void> {
  const theirs = [...(await redisCli(server, '--bigkeys')).matchAll(BIGGEST)];
  const { most, bytes } = await reportOf(server);
  for (const [, type = '', name, members] of theirs) {
    if (most.get(type) !== Number(members)) {
      throw new Error(`the ${type} with the most members is ${name} with ${members}, and we say ${most.get(type)}`);
    }
  }
  const largest = [...(await redisCli(server, '--memkeys')).matchAll(BIGGEST)].map(([, , , size]) => Number(size));
  if (theirs.length === 0 || bytes !== Math.max(...largest)) {
    throw new Error(`the biggest key has ${Math.max(...largest)} bytes, and we say ${bytes}`);
  }
}
