import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';
import type { SlackMessage } from '../../src/local/slack/message.ts';
import { root } from '../house.ts';
import { endsInOneMessage } from './killed-anywhere.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-chaos-'));
let child: ChildProcess | undefined;
let url = '';
afterAll(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  child = spawn(process.execPath, [join(root, 'src/local/demo.ts'), '--data', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: child.stderr! })) {
    const found = /console (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (found === undefined) continue;
    url = found;
    return;
  }
  throw new Error('the demo ended');
}

async function ask(): Promise<void> {
  const body = JSON.stringify({ user: 'omar', channel: 'database-alerts', text: '/db health shop-db' });
  await fetch(`${url}/api/command`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

endsInOneMessage({
  start,
  ask,
  async kill() {
    child?.kill('SIGKILL');
    await once(child!, 'exit');
  },
  async messages() {
    return ((await (await fetch(`${url}/api/messages`)).json()) as { messages: SlackMessage[] }).messages;
  },
  finished: /healthy|critical|warning/,
});
