import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openDurable } from '../../src/runtime/durable/open.ts';
import { dataFile } from './durable/fixture.ts';

type Message = { effect?: string; phase?: string; status?: string; result?: string };
type Life = {
  child: ChildProcess;
  heard(wanted: (message: Message) => boolean): Promise<Message>;
  kill(): Promise<void>;
};

const childFile = fileURLToPath(new URL('durable/crash-child.ts', import.meta.url));

function live(path: string, hangsIn = ''): Life {
  const child = fork(childFile, [path, `${path}.effects`, hangsIn], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages: Message[] = [];
  child.on('message', (message: Message) => messages.push(message));
  return {
    child,
    async heard(wanted) {
      for (;;) {
        const found = messages.find(wanted);
        if (found !== undefined) return found;
        await Promise.race([
          once(child, 'message'),
          once(child, 'exit').then(() => Promise.reject(new Error('the child ended'))),
        ]);
      }
    },
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
    },
  };
}

test('an execution goes on after SIGKILL while it waits, inside an at-most-once step, and between two polls', async () => {
  const path = dataFile();
  const first = live(path);
  const asked = await first.heard(({ effect }) => effect?.startsWith('ask ') === true);
  await first.heard(({ phase }) => phase === 'waiting');
  expect(() => openDurable({ path, functions: new Map() })).toThrow(/belongs to another running process/);
  await first.kill();

  const second = live(path, 'act');
  second.child.send({ succeed: asked.effect?.slice('ask '.length) });
  await second.heard(({ effect }) => effect === 'act');
  await second.kill();

  const third = live(path);
  await third.heard(({ effect }) => effect === 'poll');
  await third.heard(({ phase }) => phase === 'waiting');
  await third.kill();

  const last = live(path);
  const end = await last.heard(({ status }) => status !== undefined && status !== 'RUNNING');
  await last.kill();
  expect(end.status).toBe('SUCCEEDED');
  expect(JSON.parse(end.result ?? '')).toMatchObject({ approved: 'yes', acted: 'unknown, asking the database' });
  const effects = readFileSync(`${path}.effects`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('ask '));
  expect(effects).toEqual(['plan', 'read', 'copy', 'act', 'poll', 'poll', 'poll', 'announce']);
});

test('after SIGKILL an at-least-once step and the invokes that were under way are made again', async () => {
  const path = dataFile();
  const places = ['plan', 'read', 'copy'];
  for (const place of places) {
    const life = live(path, place);
    await life.heard(({ effect }) => effect === place);
    await life.kill();
  }
  const last = live(path);
  await last.heard(({ effect }) => effect?.startsWith('ask ') === true);
  await last.heard(({ phase }) => phase === 'waiting');
  await last.kill();
  const effects = readFileSync(`${path}.effects`, 'utf8').split('\n');
  expect(places.map((place) => effects.filter((line) => line === place).length)).toEqual([2, 2, 2]);
});
