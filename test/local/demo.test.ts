import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { SlackMessage } from '../../src/local/slack/message.ts';
import { root } from '../house.ts';

vi.setConfig({ testTimeout: 300_000 });

const dataDir = mkdtempSync(join(tmpdir(), 'nightshift-demo-'));
const running = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of running) await stop(child, 'SIGTERM');
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function demo(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'src/local/demo.ts'), '--data', dataDir, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** The console's address, as soon as the demo says it. */
async function ready(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    said.push(line);
    const url = /console (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`the demo ended:\n${said.join('\n')}`);
}

async function ask(url: string, text: string): Promise<string> {
  const answer = await fetch(`${url}/api/command`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'omar', channel: 'database-alerts', text }),
  });
  const { ack } = (await answer.json()) as { ack: { text?: string } };
  return ack.text ?? '';
}

/** The bot's messages at the top of the channel, as soon as they are as wanted. */
async function posted(url: string, wanted: (messages: SlackMessage[]) => boolean): Promise<SlackMessage[]> {
  for (;;) {
    const answer = (await (await fetch(`${url}/api/messages?channel=database-alerts`)).json()) as {
      messages: SlackMessage[];
    };
    const top = answer.messages.filter(({ fromBot, threadTs, ephemeralFor }) => fromBot && !threadTs && !ephemeralFor);
    if (wanted(top)) return top;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const finished = (messages: SlackMessage[]) => messages.filter(({ text }) => text.includes('healthy'));

describe('the demo', () => {
  it('runs one command, prints what was posted, and ends with its exit code', async () => {
    const child = demo('--once', '/db health shop-db');
    const [out, [code]] = await Promise.all([child.stdout!.toArray(), once(child, 'exit')]);
    expect(out.join('')).toMatch(/\[healthy\] shop-db healthy · (\d+) of \1 checks/);
    expect(code).toBe(0);
  });

  it('ends with 64 when the command is misspelt', async () => {
    const child = demo('--once', '/db helth shop-db');
    const [out, [code]] = await Promise.all([child.stdout!.toArray(), once(child, 'exit')]);
    expect(out.join('')).toMatch(/Did you mean \/db health shop-db/);
    expect(code).toBe(64);
  });

  it('killed in the middle of a run goes on at the next start, to exactly one finished message', async () => {
    const first = demo();
    const url = await ready(first);
    const before = await posted(url, (messages) => messages.length >= 1);
    expect(await ask(url, '/db health shop-db')).toMatch(/On it/);
    await stop(first, 'SIGKILL');
    const second = demo();
    const again = await ready(second);
    const after = await posted(again, (messages) => finished(messages).length > finished(before).length);
    expect(after).toHaveLength(before.length + 1);
    expect(await stop(second, 'SIGINT')).toBe(130);
  });

  it('asked twice on one data directory says who holds it', async () => {
    await ready(demo());
    const second = demo();
    const [said, [code]] = await Promise.all([second.stderr!.toArray(), once(second, 'exit')]);
    expect(said.join('')).toMatch(/already|another process|in use/i);
    expect(code).toBe(1);
  });
});
