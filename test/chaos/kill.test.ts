import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import type { SlackMessage } from '../../src/local/slack/message.ts';
import { root } from '../house.ts';

const ROUNDS = 12;
const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-chaos-'));
let child: ChildProcess | undefined;
afterAll(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<string> {
  child = spawn(process.execPath, [join(root, 'src/local/demo.ts'), '--data', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr! })) {
    const url = /console (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the demo ended');
}

async function ask(url: string): Promise<void> {
  const body = JSON.stringify({ user: 'omar', channel: 'database-alerts', text: '/db health shop-db' });
  await fetch(`${url}/api/command`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

async function top(url: string): Promise<SlackMessage[]> {
  const { messages } = (await (await fetch(`${url}/api/messages`)).json()) as { messages: SlackMessage[] };
  return messages.filter(({ fromBot, threadTs, ephemeralFor }) => fromBot && !threadTs && !ephemeralFor);
}

/** Kills at moments spread over the length of a run; each run must end in one finished message at the next start. */
it('a run that is killed at any moment ends in one finished message', { timeout: 600_000 }, async () => {
  let url = await start();
  let asked = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await ask(url);
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, round * 25));
    child?.kill('SIGKILL');
    await once(child!, 'exit');
    url = await start();
    while ((await top(url)).filter(({ text }) => /healthy|critical|warning/.test(text)).length < asked) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const slots = (await top(url)).map(({ metadata }) => JSON.stringify(metadata));
    expect(new Set(slots).size).toBe(slots.length);
    expect(slots).toHaveLength(asked);
  }
});
