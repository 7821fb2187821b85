import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createArchiving, daysDue } from '../../src/app/archive.ts';
import type { AuditEntry } from '../../src/core/safety.ts';
import { createBucketArchive, createDirectoryArchive, type AuditArchive } from '../../src/state/audit-archive.ts';
import { openState } from '../../src/state/index.ts';
import { memoryTable } from './memory-table.ts';

const at = (time: string) => Date.parse(time);
const entry = (id: string, time: string): AuditEntry => ({
  id,
  at: time,
  who: 'U0ADA',
  what: 'approved',
  runId: 'end-1',
  operation: 'end',
  subject: 'shop-db',
  detail: { z: 1, a: 2 },
});

/** The state and its archiving, at a time that the test sets. */
function archiving(archive: AuditArchive, time: string) {
  const clock = { nowMs: at(time) };
  const now = () => clock.nowMs;
  const { audit, claims } = openState(memoryTable(now));
  const begin = () => createArchiving({ audit, claims, archive, now, log: () => {} });
  return { audit, begin, clock };
}

/** Calls until nothing is due; the days that were archived. */
async function all(archiveDue: () => Promise<string | undefined>): Promise<string[]> {
  const days: string[] = [];
  for (let day = await archiveDue(); day !== undefined; day = await archiveDue()) days.push(day);
  return days;
}

/** An archive in memory, as the port says. */
function shelf() {
  const days = new Map<string, string>();
  const archive: AuditArchive = {
    putDay: async (date, lines) => {
      if (days.has(date)) return false;
      days.set(date, Buffer.from(lines).toString());
      return true;
    },
  };
  return { days, archive };
}

describe('the copy of the record', () => {
  it('has the seven days before today, an hour after midnight UTC and not before', () => {
    expect(daysDue(at('2026-11-28T01:00:00Z')).at(-1)).toBe('2026-11-27');
    expect(daysDue(at('2026-11-28T00:59:59Z')).at(-1)).toBe('2026-11-26');
    expect(daysDue(at('2026-11-28T01:00:00Z'))).toHaveLength(7);
  });

  it('holds each entry of a day as one line, in their order, and the empty days too', async () => {
    const { days, archive } = shelf();
    const { audit, begin } = archiving(archive, '2026-11-28T12:00:00Z');
    await audit.record(entry('second', '2026-11-27T23:59:59.999Z'));
    await audit.record(entry('first', '2026-11-27T00:00:00.000Z'));
    await audit.record(entry('today', '2026-11-28T00:00:00.000Z'));
    expect(await all(begin())).toHaveLength(7);
    const lines = (days.get('2026-11-27') ?? '').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as AuditEntry).id)).toEqual(['first', 'second']);
    expect(lines[0]).toContain('"detail":{"a":2,"z":1}');
    expect(days.get('2026-11-26')).toBe('');
    expect(days.has('2026-11-28')).toBe(false);
  });

  it('is made once, by whichever function asks first', async () => {
    const { archive } = shelf();
    const put = vi.fn<AuditArchive['putDay']>(archive.putDay);
    const { begin, clock } = archiving({ putDay: put }, '2026-11-28T12:00:00Z');
    await all(begin());
    await all(begin());
    expect(put).toHaveBeenCalledTimes(7);
    clock.nowMs = at('2026-11-29T12:00:00Z');
    expect(await all(begin())).toEqual(['2026-11-28']);
  });

  it('is made later where the archive was away, and the fault is thrown so that somebody hears of it', async () => {
    const { days, archive } = shelf();
    let isAway = true;
    const { begin, clock } = archiving(
      { putDay: (date, lines) => (isAway ? Promise.reject(new Error('away')) : archive.putDay(date, lines)) },
      '2026-11-28T12:00:00Z',
    );
    const archiveDue = begin();
    await expect(archiveDue()).rejects.toThrow('away');
    isAway = false;
    // Somebody else may be at it until the lease is over.
    expect(await archiveDue()).toBeUndefined();
    clock.nowMs += 61_000;
    expect(await all(archiveDue)).toHaveLength(7);
    expect(days.size).toBe(7);
  });
});

describe('a directory as archive', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nightshift-archive-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('keeps the first copy of a day, for its owner alone', async () => {
    const archive = createDirectoryArchive(directory);
    expect(await archive.putDay('2026-11-27', Buffer.from('first'))).toBe(true);
    expect(await archive.putDay('2026-11-27', Buffer.from('second'))).toBe(false);
    const path = join(directory, '2026/11/2026-11-27.jsonl');
    expect(await readFile(path, 'utf8')).toBe('first');
    expect((await stat(path)).mode & 0o777).toBe(0o400);
    expect(await readdir(join(directory, '2026/11'))).toEqual(['2026-11-27.jsonl']);
  });
});

describe('a bucket as archive', () => {
  let server: Server | undefined;
  beforeAll(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterEach(() => void server?.close());
  afterAll(() => void vi.unstubAllEnvs());

  /** What S3 does with a put under a condition, and nothing else of it. */
  async function bucket(fail = 0) {
    const objects = new Map<string, string>();
    let failures = fail;
    const respond = async (request: IncomingMessage, answer: ServerResponse) => {
      const body = await text(request);
      const path = request.url?.split('?')[0] ?? '';
      const status = failures-- > 0 ? 503 : objects.has(path) ? 412 : 200;
      if (status === 200 && request.headers['if-none-match'] === '*') objects.set(path, body);
      const code = status === 412 ? 'PreconditionFailed' : 'ServiceUnavailable';
      answer.writeHead(status).end(status === 200 ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
    };
    server = createServer((request, answer) => void respond(request, answer));
    await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { objects, archive: createBucketArchive({ bucket: 'audit', region: 'eu-central-1', endpoint }) };
  }

  it('takes a day where there is none, and says so where there is one', async () => {
    const { objects, archive } = await bucket();
    expect(await archive.putDay('2026-11-27', Buffer.from('first\n'))).toBe(true);
    expect(await archive.putDay('2026-11-27', Buffer.from('second\n'))).toBe(false);
    expect([...objects.keys()]).toEqual(['/audit/2026/11/2026-11-27.jsonl']);
    expect([...objects.values()][0]).toContain('first');
  });

  it('that does not answer well is a fault with a code', async () => {
    const { archive } = await bucket(10);
    await expect(archive.putDay('2026-11-27', Buffer.from('x'))).rejects.toMatchObject({ code: 'target_unreachable' });
  });
});
