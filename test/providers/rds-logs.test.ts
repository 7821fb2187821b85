import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PublishedLog } from '../../src/local/aws/cloud/model.ts';
import { openLogs } from '../../src/providers/logs.ts';
import type { MemberLog } from '../../src/targets/logs.ts';
import { hostedSpec, startTestCloud, type TestCloud } from '../checks/in-the-cloud.ts';
import { hear, LOG_SETTINGS, memberLogContract } from '../contracts/member-log.ts';
import { healthyRds } from '../local/aws/cloud/orders.ts';
import { startTestPostgres, type TestPostgres } from '../servers.ts';

const GROUP = '/aws/rds/instance/shop-db-1/postgresql';
/** Whoever goes on later waits a minute for late events: here five seconds, by a clock that is ahead of the server's. */
const AHEAD_MS = 55_000;

let cloud: TestCloud;
let server: TestPostgres;
beforeAll(async () => {
  [cloud, server] = await Promise.all([
    startTestCloud(() => Date.now() + AHEAD_MS),
    startTestPostgres({ settings: LOG_SETTINGS }),
  ]);
});
afterAll(async () => {
  await cloud.stop();
  await server.stop();
});

/** The log files of the real server, as RDS names them. */
function filesOf(directory: string): ReturnType<PublishedLog['files']> {
  const folder = join(directory, 'log');
  return readdirSync(folder).map((name) => {
    const bytes = readFileSync(join(folder, name));
    return { name: `error/${name}`, writtenMs: Math.floor(statSync(join(folder, name)).mtimeMs), bytes };
  });
}

function published(where: { group?: string } = {}): void {
  const logs = [{ instance: 'shop-db-1', files: () => filesOf(server.dataDirectory), ...where }];
  cloud.becomes({ ...healthyRds('shop-db-1'), logs });
}

async function withLog<R>(work: (log: MemberLog) => Promise<R>, provider = 'rds'): Promise<R> {
  const access = { region: undefined, now: () => Date.now() + AHEAD_MS };
  const logs = await openLogs(hostedSpec('postgres', provider, 'shop-db-1'), access);
  try {
    return await work(logs.logs[0]!);
  } finally {
    await logs.close();
  }
}

describe('published to CloudWatch', () => {
  beforeEach(() => published({ group: GROUP }));
  memberLogContract('in CloudWatch', { server: () => server, withLog });

  it('is read there alone', async () => {
    cloud.endpoint.asked.length = 0;
    await withLog((log) => hear(log, { since: new Date(Date.now() - 1000).toISOString() }));
    expect(new Set(cloud.endpoint.asked)).toEqual(new Set(['logs:FilterLogEvents']));
  });

  it('of a cluster stands in the group of the cluster', async () => {
    published({ group: '/aws/rds/cluster/shop/postgresql' });
    Object.assign(cloud.model.instances[0]!, { DBClusterIdentifier: 'shop' });
    const since = new Date(Date.now() - 600_000).toISOString();
    const { text } = await withLog((log) => hear(log, { since }), 'aurora');
    expect(text).toContain('database system is ready');
  });
});

describe('in CloudWatch', () => {
  it('the newest is read first, and where AWS throttles it is the past that is missing, and said', async () => {
    const nowMs = Date.now() + AHEAD_MS;
    const lineAt = (ago: number) => `${new Date(nowMs - ago * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const bytes = Buffer.from(`${lineAt(500)}::@:[7]:LOG:  old\n${lineAt(100)}::@:[7]:LOG:  young\n`);
    const files = () => [{ name: 'error/postgresql.log.2026-11-28-01', writtenMs: nowMs, bytes }];
    cloud.becomes({ ...healthyRds('shop-db-1'), logs: [{ instance: 'shop-db-1', group: GROUP, files }] });
    cloud.model.faults['logs:FilterLogEvents'] = { throttledAfter: 1 };
    const since = new Date(nowMs - 600_000).toISOString();
    const { text, from, why } = await withLog((log) => hear(log, { since }));
    expect(text).toMatch(/^[^\n]*young\n$/);
    expect(Math.abs(Date.parse(from) - (nowMs - 300_000))).toBeLessThan(10_000);
    expect(why).toMatch(/Rate exceeded/);
  });
});

describe('not published', () => {
  beforeEach(() => published());
  memberLogContract('in portions of RDS', { server: () => server, withLog });
});

const LINE = '2026-11-28 01:30:00 UTC::@:[7]:LOG:  ';
/** A log that stands still, an hour of it in each file. */
function still(files: { [hour: string]: string }): void {
  const all = Object.entries(files).map(([hour, text]) => ({
    name: `error/postgresql.log.2026-11-28-${hour}`,
    writtenMs: Date.parse(`2026-11-28T${hour}:59:59Z`),
    bytes: Buffer.from(text),
  }));
  cloud.becomes({ ...healthyRds('shop-db-1'), logs: [{ instance: 'shop-db-1', files: () => all }] });
}
const portion = 'rds:DownloadDBLogFilePortion';
const calls = (action: string) => cloud.endpoint.asked.filter((one) => one === action).length;
const since = '2026-11-28T00:00:00.000Z';

describe('in portions of RDS', () => {
  beforeEach(() => void (cloud.endpoint.asked.length = 0));

  it('a line that RDS cut is asked for again, whole', async () => {
    const long = `${LINE}${'x'.repeat(700_000)}\n`;
    still({ '01': `${long}${long}${LINE}end\n` });
    const { text } = await withLog((log) => hear(log, { since }));
    expect(text).toBe(`${long}${long}${LINE}end\n`);
    expect(calls(portion)).toBe(3);
  });

  it('a line that is longer than a portion stays cut, and what follows is read', async () => {
    still({ '01': `${LINE}${'x'.repeat(1_200_000)}\n${LINE}end\n` });
    const { text } = await withLog((log) => hear(log, { since }));
    expect(text).toContain('[Your log message was truncated]');
    expect(text.endsWith(`${LINE}end\n`)).toBe(true);
  });

  it('begins at the beginning of a file, and reads no file with commas', async () => {
    const many = Array.from({ length: 25_000 }, (_, n) => `${LINE}line ${n};\n`).join('');
    still({ '01': many });
    const { text } = await withLog((log) => hear(log, { since }));
    expect(text).toBe(many);
  });

  it('of a file that is too large has the last lines, and says which part of the time that is', async () => {
    const old = `2026-11-28 01:00:00 UTC::@:[7]:LOG:  ${'x'.repeat(400)}\n`.repeat(25_000);
    still({ '01': `${old}${LINE}end\n` });
    const { text, from, why } = await withLog((log) => hear(log, { since }));
    expect(text.endsWith(`${LINE}end\n`)).toBe(true);
    expect(text.length).toBeLessThan(1_100_000);
    expect(from).toBe('2026-11-28T01:00:00.000Z');
    expect(why).toMatch(/of 10.\d MB more only the last lines were fetched/);
    expect(calls(portion)).toBe(1);
  });

  it('that AWS throttles in between says how far it came, and the next reading goes on there', async () => {
    still({
      '00': `2026-11-28 00:30:00 UTC::@:[7]:LOG:  first\n`,
      '01': `${LINE}second\n`,
    });
    cloud.model.faults[portion] = { throttledAfter: 1 };
    const first = await withLog((log) => hear(log, { since }));
    expect(first).toMatchObject({
      until: '2026-11-28T00:30:00.000Z',
      why: expect.stringMatching(/Rate exceeded/) as string,
    });
    cloud.model.faults = {};
    const next = await withLog((log) => hear(log, { after: first.position }));
    expect(first.text + next.text).toBe(`2026-11-28 00:30:00 UTC::@:[7]:LOG:  first\n${LINE}second\n`);
  });

  it('that may not be asked for is skipped, with the statement for the role of the room for logs', async () => {
    still({ '01': `${LINE}end\n` });
    cloud.model.faults[portion] = 'denied';
    const read = await withLog((log) => log.read({ since }, { bytes: 1e6, seconds: 5 }, () => {}));
    expect(read).toEqual({
      skipped: `our role may not call ${portion}`,
      fix: `Allow ${portion} on arn:aws:rds:eu-central-1:*:db:* to the role of logs.`,
    });
  });

  it('has the prefix that the parameter group names, else that of RDS', async () => {
    still({});
    Object.assign(cloud.model.instances[0]!, { DBParameterGroups: [{ DBParameterGroupName: 'shop' }] });
    cloud.model.faults['rds:DescribeDBParameters'] = 'denied';
    const form = () => withLog((log) => log.form());
    expect(await form()).toMatchObject({ sample: { prefix: '%t:%r:%u@%d:[%p]:' } });
    cloud.model.faults = {};
    cloud.model.parameters['shop'] = [{ ParameterName: 'log_line_prefix', ParameterValue: '%m [%p] ' }];
    expect(await form()).toMatchObject({ sample: { prefix: '%m [%p] ' } });
  });
});
