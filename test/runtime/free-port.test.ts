import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isPortFree, takeFreePort } from '../../src/runtime/free-port.ts';

const source = join(import.meta.dirname, '../../src/runtime/free-port.ts');

test('a thousand that ask at once get a port each, on which nobody listens', async () => {
  const ports = await Promise.all(Array.from({ length: 1000 }, () => takeFreePort()));
  expect(new Set(ports).size).toBe(1000);
  expect(await Promise.all(ports.slice(0, 20).map(isPortFree))).toEqual(Array.from({ length: 20 }, () => true));
});

test.runIf(process.platform === 'linux')('a port that a process beside was given is not given again', async () => {
  // Below all that is handed out without being told which, and below what Linux gives to connections.
  const number = (await takeFreePort()) % 1000;
  const [theirs, free] = [10_000 + number, 11_000 + number];
  const program = `const { takeFreePort } = await import(process.argv[1]);
    process.send(await takeFreePort(() => ${theirs})); process.on('message', () => {});`;
  const beside = spawn(process.execPath, ['--input-type=module', '-e', program, source], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  onTestFinished(() => void beside.kill('SIGKILL'));
  expect(await once(beside, 'message')).toEqual([theirs, undefined]);
  const offered = [theirs, free];
  // Nobody listens on it: it is given to a server that has yet to start.
  expect(await isPortFree(theirs)).toBe(true);
  expect(await takeFreePort(() => offered.shift() ?? 0)).toBe(free);
});
