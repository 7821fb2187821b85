import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHouse, type House } from '../house.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-broken-'));
let house: House;
beforeAll(async () => {
  const configPath = join(folder, 'nightshift.yaml');
  writeFileSync(configPath, 'environments:\n  laptop: { chanel: C0DBALERTS }\npeople: {}\ntargets: {}\n');
  house = await startHouse({ configPath });
});
afterAll(async () => {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('with a nightshift.yaml that has problems', () => {
  it('a command is answered with the problems in words, not with a stack trace', async () => {
    const { ack } = await house.slack.command('omar', 'database-alerts', '/db health shop-db');
    expect(ack.text).toMatch(/nightshift\.yaml has \d+ problems?:.*chanel/s);
    expect(ack.text).not.toMatch(/ at .*\.ts:\d+/);
    expect(ack.error).toBeUndefined();
  });

  it('a room answers with the problems as a fault', async () => {
    const request = { runId: 'r', operation: 'health', step: 'collect', target: 'shop-db', args: null, mode: 'run' };
    expect(await house.call('read', request)).toMatchObject({
      fault: { code: 'invalid_request', message: expect.stringContaining('chanel') as string },
    });
  });

  it('a schedule and an alarm fail with the problems, so that they are delivered again', async () => {
    const due = { schedule: 'nightly-health', scheduledAt: '2026-11-24T06:00:00Z' };
    await expect(house.call('schedule', due)).rejects.toThrow(/chanel/);
    await expect(house.call('alarm', {})).rejects.toThrow(/chanel/);
  });
});
