import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { blockText } from '../../src/local/block-text.ts';
import type { LocalSlack } from '../../src/local/slack/start.ts';
import { nowhere } from '../house.ts';
import { serverEnvironment, startSocketSlack } from '../serve-house.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';
import { endServeProcesses, startServeProcess, type ServeProcess } from './serve-process.ts';

vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'nightshift-act-crash-'));
const sessions: pg.Client[] = [];
let database: TestPostgres;
let gate: Gate;
let slack: LocalSlack;
let server: ServeProcess;
beforeAll(async () => {
  database = await startTestPostgres();
  await database.query("create role shop login password 'shop-password'");
  gate = await startGate(database.port);
  slack = await startSocketSlack(join(folder, 'slack'), { messagePace: { burst: 100, perSecond: 100 } });
  server = await start();
});
afterAll(async () => {
  await endServeProcesses();
  await Promise.all(sessions.map((session) => session.end().catch(() => undefined)));
  await gate.stop();
  await slack.stop();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<ServeProcess> {
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  addresses['shop-db-1'] = `127.0.0.1:${gate.port}`;
  const environment = { ...nowhere, ...database.environment, NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses) };
  const started = startServeProcess(serverEnvironment(slack, { environment }), ['--data', join(folder, 'data')]);
  await started.says(/ready/);
  return started;
}

/** Between the bot and the database: stops at the statement that ends a session. */
type Gate = {
  port: number;
  /** Resolves when that statement has come, before the database sees it, or after it has answered and nobody heard of it. */
  stopsAt(moment: 'before' | 'after'): Promise<void>;
  stop(): Promise<void>;
};

async function startGate(port: number): Promise<Gate> {
  let waiting: { moment: 'before' | 'after'; reached: () => void } | undefined;
  const sockets = new Set<Socket>();
  const listener: Server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let answerIsLost = false;
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => socket.destroy()));
    client
      .on('close', () => upstream.destroy())
      .on('data', (data) => {
        const stop = data.includes('pg_terminate_backend') ? waiting : undefined;
        if (stop?.moment === 'before') return stop.reached();
        answerIsLost = stop !== undefined;
        upstream.write(data);
      });
    upstream
      .on('close', () => client.destroy())
      .on('data', (data) => {
        if (answerIsLost) waiting?.reached();
        else client.write(data);
      });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    stopsAt(moment) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting = { moment, reached: resolve };
      return promise.finally(() => (waiting = undefined));
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** Plans the end of a session, approves it, kills the bot at that moment and starts it again: the last words of the run. */
async function killedAt(moment: 'before' | 'after'): Promise<{ words: string; isThere: boolean; messages: number }> {
  const url = new URL(database.url);
  Object.assign(url, { username: 'shop', password: 'shop-password' });
  const victim = new pg.Client({ connectionString: url.href, application_name: 'billing' });
  sessions.push(victim);
  // Being ended from outside is what this session is for.
  victim.on('error', () => {});
  await victim.connect();
  await victim.query("begin; select 'busy'");
  const pid = Number((await victim.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid);
  await slack.command('omar', 'database-alerts', `/db end shop-db ${pid}`);
  const isPlan = (text: string) => text.includes('"action_id":"approve') && text.includes(String(pid));
  const plan = await slack.waitFor(({ blocks }) => isPlan(JSON.stringify(blocks)), 120_000);
  const actionId = /"action_id":"(approve[^"]*)"/.exec(JSON.stringify(plan.blocks))?.[1] ?? '';
  const reached = gate.stopsAt(moment);
  await slack.click({ user: 'ada', messageTs: plan.ts, actionId });
  await reached;
  await server.end('SIGKILL');
  server = await start();
  const isEnd = /was ended|person has to look|still there/;
  const last = await slack.waitFor(({ ts, blocks }) => ts === plan.ts && isEnd.test(blockText(blocks)), 120_000);
  const rows = await database.query('select 1 from pg_stat_activity where pid = $1', [pid]);
  const top = slack.messages().filter(({ threadTs, ephemeralFor }) => threadTs === undefined && !ephemeralFor);
  const posted = top.filter(({ blocks }) => blockText(blocks).includes(String(pid)));
  return { words: blockText(last.blocks), isThere: rows.length > 0, messages: posted.length };
}

describe('an acting step of a server that was killed', () => {
  it('after the database had done it is found out and reported, in the same message', async () => {
    const { words, isThere, messages } = await killedAt('after');
    expect(words).toMatch(/was ended/);
    expect({ isThere, messages }).toEqual({ isThere: false, messages: 1 });
  });

  it('before the database heard of it is not done by itself later, and a person is told', async () => {
    const { words, isThere, messages } = await killedAt('before');
    expect(words).toMatch(/person has to look|still there/);
    expect({ isThere, messages }).toEqual({ isThere: true, messages: 1 });
  });
});
