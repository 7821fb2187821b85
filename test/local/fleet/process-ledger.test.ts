import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openProcessLedger } from '../../../src/local/fleet/process-ledger.ts';
import { processStartTime, startTimeIn } from '../../../src/local/fleet/process-start-time.ts';

let folder: string;
let file: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-ledger-'));
  file = join(folder, 'processes');
});
afterEach(async () => {
  for (const child of children.splice(0))
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

function startSleeper(): number {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  return child.pid ?? 0;
}

describe('the process ledger', () => {
  it('ends what it recorded and leaves every other process alone', async () => {
    const [recorded, other] = [startSleeper(), startSleeper()];
    openProcessLedger(file).record(recorded, 'sleeper');
    const ended = await openProcessLedger(file).endLeftovers();
    expect(ended.map(({ pid, what }) => ({ pid, what }))).toEqual([{ pid: recorded, what: 'sleeper' }]);
    expect(processStartTime(recorded)).toBeUndefined();
    expect(processStartTime(other)).toBeDefined();
  });

  it('leaves a process alone that has the pid of a recorded one but began at another time', async () => {
    const pid = startSleeper();
    appendFileSync(file, `${JSON.stringify({ pid, startTime: '1', what: 'somebody from before' })}\n`);
    expect(await openProcessLedger(file).endLeftovers()).toEqual([]);
    expect(processStartTime(pid)).toBeDefined();
  });

  it('reads past a line that was cut off by a crash', async () => {
    const pid = startSleeper();
    openProcessLedger(file).record(pid, 'sleeper');
    appendFileSync(file, '{"pid":1,"startT');
    expect(await openProcessLedger(file).endLeftovers()).toHaveLength(1);
  });

  it('is empty after the leftovers are ended', async () => {
    openProcessLedger(file).record(startSleeper(), 'sleeper');
    await openProcessLedger(file).endLeftovers();
    expect(await openProcessLedger(file).endLeftovers()).toEqual([]);
  });
});

describe('the start time of a process', () => {
  const fieldsFrom4To22 = `1 1 1 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 98765`;

  it('is field 22 of /proc/pid/stat, whatever the name of the program holds', () => {
    expect(startTimeIn(`42 (a) S (b) R ${fieldsFrom4To22} 0 0`)).toBe('98765');
  });

  it('is unknown for a zombie: it has ended', () => {
    expect(startTimeIn(`42 (postgres) Z ${fieldsFrom4To22} 0 0`)).toBeUndefined();
  });

  it('is unknown for a pid that nobody has', () => {
    expect(processStartTime(2 ** 22 + 1)).toBeUndefined();
  });
});
