import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Counted } from '../../src/logs/digest/counted.ts';
import type { LogFormat } from '../../src/logs/format.ts';
import { createLogReader, type LogReport } from '../../src/logs/read-log.ts';
import { installPgBadger } from './pgbadger/install.ts';
import { pgBadgerReport, type PgBadgerReport } from './pgbadger/report.ts';
import { logsOfTraffic, PREFIX } from './pgbadger/traffic.ts';

const installed = installPgBadger(fileURLToPath(new URL('../../.nightshift', import.meta.url)));
if ('problem' in installed) console.warn(installed.problem);

let ours: LogReport;
let csv: LogReport;
let json: LogReport;
let theirs: PgBadgerReport;

beforeAll(async () => {
  const logs = await logsOfTraffic();
  ours = read(logs.stderr, { format: 'stderr', prefix: PREFIX });
  csv = read(logs.csv, { format: 'csv' });
  json = read(logs.json, { format: 'json' });
  if (!('problem' in installed)) theirs = pgBadgerReport(installed, logs.stderr, PREFIX);
});

function read(log: Buffer, format: LogFormat): LogReport {
  const reader = createLogReader(format);
  reader.push(log);
  return reader.end();
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const byName = (counted: readonly Counted[]) => Object.fromEntries(counted.map(({ name, count }) => [name, count]));
const rounded = (ms: number) => Math.round(ms * 1_000) / 1_000;
const sortedText = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();

describe.skipIf('problem' in installed)('as pgBadger counts the same log', () => {
  test('the same statements are one, with the same calls, sum and maximum', () => {
    const mine = ours.digest.statements.map(({ calls, totalMs, maxMs }) => [calls, totalMs, maxMs]);
    const groups = Object.values(theirs.normalyzed_info.postgres);
    expect(groups.length).toBeGreaterThan(15);
    expect(sortedText(mine)).toEqual(
      sortedText(groups.map(({ count, duration, max }) => [count, rounded(duration), Number(max)])),
    );
    expect(sum(ours.digest.statements.map(({ calls }) => calls))).toBe(theirs.overall_stat.queries_number);
  });

  test('parse and bind steps are no calls, and take the same time', () => {
    const { bind = 0, prepare = 0, execute = 0 } = theirs.overall_stat.postgres.queries_duration;
    expect(ours.digest.preparation.totalMs).toBeCloseTo(bind + prepare, 6);
    expect(sum(ours.digest.statements.map(({ totalMs }) => totalMs))).toBeCloseTo(execute, 2);
  });

  test('the same errors; pgBadger counts some lines of level LOG as errors too, and the server says that they are none', () => {
    const { ERROR = 0, FATAL = 0 } = ours.digest.severities;
    expect(sum(ours.digest.errors.map(({ count }) => count))).toBe(ERROR + FATAL);
    const names = Object.entries(theirs.error_info.postgres);
    // "still waiting" of each wait, and "database system was shut down at", which is how each start begins.
    const isLog = (name: string) => /still waiting for|database system was shut down/.test(name);
    const logs = names.filter(([name]) => isLog(name)).map(([, { count }]) => count);
    const errors = names.filter(([name]) => !isLog(name)).map(([, { count }]) => count);
    const waits = ours.digest.lockWaits.filter(({ name }) => name.startsWith('waiting for'));
    expect(sum(logs)).toBe(sum(waits.map(({ count }) => count)) + 1);
    expect(sortedText(errors)).toEqual(sortedText(ours.digest.errors.map(({ count }) => count)));
    expect(theirs.overall_stat.errors_number).toBe(ERROR + FATAL + sum(logs));
  });

  test('the same lines of each severity', () => {
    const { FATAL = 0, ...rest } = ours.digest.severities;
    expect({ FATAL, ...rest }).toEqual({ FATAL: 0, ...theirs.logs_type.postgres });
  });

  test('the same temporary files', () => {
    const [{ count, total, max } = { count: 0, total: 0, max: 0 }] = ours.digest.tempFiles;
    expect(theirs.tempfile_info.postgres).toEqual({ count, size: total, maxsize: max });
  });

  test('the same waits for locks that ended; we count besides those that were told while they lasted', () => {
    const had = ours.digest.lockWaits.find(({ name }) => name.startsWith('had ShareLock'));
    const { count, duration } = theirs.lock_info.postgres['ShareLock'] ?? { count: 0, duration: 0 };
    expect([had?.count, had?.total]).toEqual([count, rounded(duration)]);
    expect(ours.digest.deadlocks).toBe(1);
  });

  test('the same time in checkpoints', () => {
    expect(sum(ours.digest.checkpoints.map(({ total }) => total)) / 1_000).toBeCloseTo(theirs.checkpoint_info.total, 3);
  });

  test('the same vacuums and analyzes of each table', () => {
    const counts = <T>(tables: Record<string, T>, count: (table: T) => number) =>
      Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, count(table)]));
    expect(byName(ours.digest.vacuums)).toEqual(
      counts(theirs.autovacuum_info.postgres.tables, ({ vacuums }) => vacuums),
    );
    expect(byName(ours.digest.analyzes)).toEqual(
      counts(theirs.autoanalyze_info.postgres.tables, ({ analyzes }) => analyzes),
    );
  });

  test('the same connections, sessions and time in them', () => {
    const authorized = ours.digest.connections.filter(({ name }) => name.startsWith('authorized '));
    expect(sum(authorized.map(({ count }) => count))).toBe(theirs.connection_info.postgres.count);
    expect(sum(ours.digest.disconnections.map(({ count }) => count))).toBe(theirs.session_info.postgres.count);
    expect(sum(ours.digest.disconnections.map(({ total }) => total))).toBe(theirs.session_info.postgres.duration);
  });
});

test('csvlog and jsonlog of the same traffic tell what stderr tells', () => {
  // The severities of the lines that belong to an entry are of stderr only; the other formats have SQLSTATE, and milliseconds
  // that the server takes from another clock than %t, so a minute may begin an entry earlier. This
  // prefix has no application.
  const shared = ({ digest }: LogReport) => {
    const { severities, errors, timeline, sessions, statements, ...rest } = digest;
    const users = new Set(sessions.map(({ user, database }) => `${user}@${database}`));
    const calls = sum(sessions.map((session) => session.calls));
    const known = statements.map((statement) => ({ ...statement, applications: [] }));
    const plain = errors.map(({ name, ...one }) => ({ ...one, name: name.replace(/^[0-9A-Z]{5} (?!$)/, '') }));
    const { LOG, ERROR, FATAL } = severities;
    return {
      ...rest,
      users,
      calls,
      known,
      errors: sortedText(plain),
      severities: { LOG, ERROR, FATAL },
      minutes: timeline.length > 0,
    };
  };
  expect(shared(csv)).toEqual(shared(ours));
  expect(shared(json)).toEqual(shared(ours));
  expect(csv.counts.entries).toBe(json.counts.entries);
  expect(csv.counts.unmatchedLines + json.counts.unmatchedLines + ours.counts.unmatchedLines).toBe(0);
  expect(csv.digest.timeline).toEqual(json.digest.timeline);
});
