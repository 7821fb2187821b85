import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import type { PublishedLog } from '../../src/local/aws/cloud/model.ts';
import { startTestCloud, type TestCloud } from '../checks/in-the-cloud.ts';
import { LOG_SETTINGS } from '../contracts/member-log.ts';
import { nowhere, root, startHouse, type House } from '../house.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

const GROUP = '/aws/rds/instance/shop-db-1/postgresql';
let server: TestPostgres;
let cloud: TestCloud;
let house: House;
let folder: string;
let client: pg.Client;

/** The shipped config with one instance of RDS, which alarms find by its identifier alone. */
function hosted(shipped: string): string {
  return shipped
    .replace('provider: self-managed # rds · aurora · self-managed', 'provider: rds\n    region: eu-central-1')
    .replace('    canary: true\n', '')
    .replace('alarms: [shop-db-replica-lag, shop-db-connections]', 'alarms: []')
    .replace(/ {6}shop-db-2:\n(?: {8}.*\n)+/, '');
}

/** What the real server wrote, as RDS names and publishes it. */
function filesOf(directory: string): ReturnType<PublishedLog['files']> {
  const log = join(directory, 'log');
  return readdirSync(log).map((name) => ({
    name: `error/${name}`,
    writtenMs: Math.floor(statSync(join(log, name)).mtimeMs),
    bytes: readFileSync(join(log, name)),
  }));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-rds-'));
  const configPath = join(folder, 'nightshift.yaml');
  writeFileSync(configPath, hosted(readFileSync(join(root, 'nightshift.yaml'), 'utf8')));
  server = await startTestPostgres({
    settings: { ...LOG_SETTINGS, log_line_prefix: '%t:%r:%u@%d:[%p]:', log_min_messages: 'warning' },
  });
  client = await server.connect('billing');
  const addresses = JSON.stringify({ 'shop-db-1': `127.0.0.1:${server.port}` });
  house = await startHouse({
    configPath,
    environment: { ...nowhere, ...server.environment, NIGHTSHIFT_ADDRESSES: addresses },
    messagePace: { burst: 100, perSecond: 100 },
  });
  cloud = await startTestCloud(Date.now);
});
afterAll(async () => {
  await client.end();
  await house.stop();
  await cloud.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As CloudWatch sends it through SNS; its times are those of now. */
function alarm(): Json {
  const text = readFileSync(join(root, 'events', 'alarm.sns.connections.alarm.json'), 'utf8');
  return JSON.parse(
    text.replaceAll(/2026-11-24T02:06:40\.123(?=\+0000|Z)/g, new Date().toISOString().slice(0, -1)),
  ) as Json;
}

async function trouble(): Promise<void> {
  const url = new URL(server.url);
  url.pathname = '/nosuch';
  const refused = new pg.Client({ connectionString: url.href });
  await expect(refused.connect()).rejects.toThrow(/does not exist/);
  await client.query(`select 1 / 0, 'the-secret-of-a-row'`).catch(() => undefined);
}

function replies(): string[] {
  const [head] = house.posted().filter(({ blocks }) => blockText(blocks).includes('shop-db incident'));
  return house.slack
    .messages()
    .filter(({ threadTs }) => head !== undefined && threadTs === head.ts)
    .map(({ blocks }) => blockText(blocks));
}

describe('an alarm on an instance of RDS', () => {
  it.each([
    ['from CloudWatch, where the log is published', { group: GROUP }, 'logs:FilterLogEvents'],
    ['from RDS itself, where it is not', {}, 'rds:DownloadDBLogFilePortion'],
  ] as const)('has what its log says in the thread of its incident, %s', async (_, where, action) => {
    const log = { instance: 'shop-db-1', files: () => filesOf(server.dataDirectory), ...where };
    cloud.becomes({ ...healthyRds('shop-db-1'), logs: [log] });
    cloud.endpoint.asked.length = 0;
    await trouble();

    await house.call('alarm', alarm());
    await house.settled();

    // Alarms of the same ten minutes share one reply.
    const told = replies().findLast((text) => text.includes('the log of shop-db-1'));
    expect(told).toMatch(/fatal × \d+, .*error × \d+/);
    expect(told).toMatch(/fatal: database "nosuch" does not exist · [^\n]* · postgres@nosuch/);
    expect(told).toMatch(/error: division by zero · [^\n]*postgres@shop\nselect \? \/ \?/);
    expect(cloud.endpoint.asked).toContain(action);
    expect(JSON.stringify(house.slack.messages())).not.toContain('the-secret-of-a-row');
  });
});
