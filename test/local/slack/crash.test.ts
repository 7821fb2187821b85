import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startWorkspace } from './workspace.ts';

test('no acknowledged message is missing after SIGKILL', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'local-slack-killed-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-workspace.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(line);
    if (acknowledged.length === 50) child.kill('SIGKILL');
  }
  await exited;
  const { slack } = await startWorkspace({ dataDir });
  const kept = new Set(slack.messages().map(({ ts }) => ts));
  expect(acknowledged.length).toBeGreaterThanOrEqual(50);
  expect(acknowledged.filter((ts) => !kept.has(ts))).toEqual([]);
});
