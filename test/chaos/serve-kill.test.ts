import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { endServeProcesses, startServeProcess, type ServeProcess } from '../cli/serve-process.ts';
import { nowhere } from '../house.ts';
import type { LocalSlack } from '../../src/local/slack/start.ts';
import { serverEnvironment, startSocketSlack } from '../serve-house.ts';
import { endsInOneMessage } from './killed-anywhere.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-serve-chaos-'));
let slack: LocalSlack;
let server: ServeProcess;
beforeAll(async () => {
  slack = await startSocketSlack(join(folder, 'slack'), { messagePace: { burst: 100, perSecond: 100 } });
});
afterAll(async () => {
  await endServeProcesses();
  await slack.stop();
  rmSync(folder, { recursive: true, force: true });
});

endsInOneMessage({
  async start() {
    server = startServeProcess(serverEnvironment(slack, { environment: nowhere }), ['--data', join(folder, 'data')]);
    await server.says(/ready/);
  },
  kill: async () => void (await server.end('SIGKILL')),
  ask: async () => void (await slack.command('omar', 'database-alerts', '/db health shop-db')),
  messages: async () => slack.messages(),
  finished: /could not be looked at/,
});
