import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHouse, type House } from '../house.ts';

const TARGETS = 60;
const folder = mkdtempSync(join(tmpdir(), 'nightshift-shares-'));
let house: House;

beforeAll(async () => {
  const configPath = join(folder, 'nightshift.yaml');
  writeFileSync(configPath, config());
  house = await startHouse({ configPath, messagePace: { burst: 1000, perSecond: 1000 } });
  await house.call('schedule', { schedule: 'nightly', scheduledAt: '2026-11-24T02:00:00Z' });
  await house.settled();
});
afterAll(async () => {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a report on more targets than one execution looks at', () => {
  it('is one run with one message, whose shares are executions of their own', async () => {
    const executions = house.runs();
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(house.posted()).toHaveLength(1);
    expect(house.posted()[0]?.text).toContain(`${TARGETS} of ${TARGETS} targets need a look`);
    expect(await house.state.runs.recent('wide', 10)).toHaveLength(1);
  });

  it('has every target in it, each kept under its own name too', async () => {
    const report = await house.state.history.latestReport('wide');
    const names = Array.from({ length: TARGETS }, (_, n) => `t${n + 1}`);
    expect(report?.parts.map(({ subject }) => subject).toSorted()).toEqual(names.toSorted());
    const kept = await Promise.all(names.map((name) => house.state.history.latestReport(name)));
    expect(kept.map((one) => one?.subject)).toEqual(names);
  });

  it('keeps each execution far below the three thousand operations that one may have', () => {
    const counts = house.runs().map(({ arn }) => house.operations(arn).length);
    expect(Math.max(...counts)).toBeLessThan(150);
  });

  it('becomes the baseline of every target', async () => {
    const past = await house.state.history.past('t60');
    expect(past.baseline?.findings.length).toBeGreaterThan(0);
  });
});

describe('a share that nobody handed out', () => {
  it('is refused where the operation acts', async () => {
    const share = { each: 'look', targets: ['p1'], startedAt: '2026-11-24T02:00:00Z' };
    const trigger = { kind: 'command', user: 'U0ADA', channel: 'C0DBALERTS' };
    const request = { runId: 'end-1', operation: 'end', subject: 'p1', args: { pid: '1' }, trigger, share };
    await expect(house.call('run', request)).rejects.toThrow(/end cannot be shared out: it acts/);
  });

  it('is refused where the person may not look', async () => {
    const share = { each: 'look', targets: ['t1'], startedAt: '2026-11-24T02:00:00Z' };
    const trigger = { kind: 'command', user: 'U0EVE', channel: 'C0DBALERTS' };
    const request = { runId: 'health-1', operation: 'health', subject: 't1', args: {}, trigger, share };
    await expect(house.call('run', request)).rejects.toThrow(/U0EVE|no role|may not/);
  });
});

/** Targets that nothing listens on: every one of them needs a look. */
function config(): string {
  const target = (n: number) => `  t${n}:
    { engine: redis, provider: standalone, environment: wide, tls: false,
      members: { t${n}-1: { role: primary, host: 127.0.0.1, port: 1, credentials: { read: {} } } } }
`;
  return `environments:
  wide: { channel: C0DBALERTS }
  other: { channel: C0DBALERTS }
people:
  ada: { slack: U0ADA, roles: { '*': approver } }
  ben: { slack: U0BEN, roles: { '*': approver } }
targets:
${Array.from({ length: TARGETS }, (_, n) => target(n + 1)).join('')}  p1:
    { engine: postgres, provider: self-managed, environment: other, database: app, tls: false,
      members: { p1-1: { role: primary, host: 127.0.0.1, port: 1, credentials: { read: { user: nobody } } } } }
schedules:
  nightly: { operation: health, environment: wide, expression: cron(0 2 * * ? *) }
`;
}
