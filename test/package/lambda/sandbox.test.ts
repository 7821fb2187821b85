import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LambdaContext } from '../../../src/runtime/functions.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

/** Tries what Lambda would not let it do. */
const PROBE = `
import { writeFileSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
let lastMs, longestMs;
const tick = () => { longestMs = Math.max(longestMs, performance.now() - lastMs); lastMs = performance.now(); };
const tries = {
  write: ({ path }) => writeFileSync(path, 'x'),
  read: ({ path }) => readFileSync(path, 'utf8').length,
  spawn: () => spawnSync('true').status,
  load: ({ name }) => import(name).then(() => 'loaded'),
  environment: () => process.env,
  hour: () => new Date(0).getHours(),
  startTicking: () => { longestMs = 0; lastMs = performance.now(); setInterval(tick, 1); },
  longestPause: () => (tick(), longestMs),
  throw: () => { throw new TypeError('broken'); },
  remaining: (_event, context) => context.getRemainingTimeInMillis(),
};
export const handler = async (event, context) => tries[event.what](event, context);
`;

describe('the sandbox of a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-sandbox-'));
  const taskRoot = join(folder, 'task');
  const scratch = join(folder, 'tmp');
  let sandbox: Sandbox;
  const context = { functionName: 'probe', getRemainingTimeInMillis: () => 30_000 } as LambdaContext;
  const attempt = (what: string, more: object = {}) => sandbox.invoke({ what, ...more }, context);

  beforeAll(async () => {
    mkdirSync(join(taskRoot, 'dist/probe'), { recursive: true });
    writeFileSync(join(taskRoot, 'dist/probe/index.mjs'), PROBE);
    sandbox = await startSandbox({ name: 'probe', taskRoot, scratch, environment: { NIGHTSHIFT_TABLE: 'here' } });
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('can write to its scratch folder and nowhere else', async () => {
    expect(await attempt('write', { path: join(scratch, 'mine') })).toBeNull();
    await expect(attempt('write', { path: join(taskRoot, 'mine') })).rejects.toThrow(/restricted/);
  });

  it('reads nothing of the project, and starts nothing', async () => {
    await expect(attempt('read', { path: join(import.meta.dirname, 'sandbox.ts') })).rejects.toThrow(/restricted/);
    await expect(attempt('spawn')).rejects.toThrow(/restricted/);
  });

  it('finds no packages', async () => {
    await expect(attempt('load', { name: 'pg' })).rejects.toThrow(/Cannot find package 'pg'/);
  });

  it('lives in UTC with the variables that it was given and those of Lambda', async () => {
    expect(await attempt('hour')).toBe(0);
    const environment = (await attempt('environment')) as Record<string, string>;
    expect(environment).toMatchObject({ NIGHTSHIFT_TABLE: 'here', LAMBDA_TASK_ROOT: taskRoot, TZ: ':UTC' });
    expect(environment).not.toHaveProperty('HOME');
    expect(environment).not.toHaveProperty('VITEST');
  });

  it('is frozen between two events: what was left running stands still', async () => {
    await attempt('startTicking');
    // It was told to stand still before its answer came here, so no tick falls into the time from here on.
    const beganMs = performance.now();
    await pause(300);
    const stoodMs = performance.now() - beganMs;
    expect(await attempt('longestPause')).toBeGreaterThan(stoodMs - 100);
  });

  it('answers with what a handler throws, and with the time that is left', async () => {
    await expect(attempt('throw')).rejects.toMatchObject({ name: 'TypeError', message: 'broken' });
    expect(await attempt('remaining')).toBeGreaterThan(20_000);
  });
});
