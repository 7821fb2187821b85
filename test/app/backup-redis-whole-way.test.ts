import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Proof } from '../../src/core/backup.ts';
import { blockText } from '../../src/local/block-text.ts';
import { aclRules } from '../../src/providers/redis-commands.ts';
import { nowhere, startHouse, type House } from '../house.ts';
import { startTestRedis, type TestRedis } from '../servers.ts';

vi.setConfig({ testTimeout: 300_000 });

let redis: TestRedis;
let house: House;
const backups = mkdtempSync(join(tmpdir(), 'nightshift-snapshots-'));
beforeAll(async () => {
  redis = await startTestRedis({ replica: true, sentinels: true });
  for (const member of [redis.primary, redis.replica!]) {
    const rules = aclRules('copy', { isManaged: false }).split(' ');
    await member.call('ACL', 'SETUSER', 'nightshift_copy', 'reset', 'on', '>canary-cache-copy', '-@all', ...rules);
  }
  for (let n = 1; n <= 50; n += 1) await redis.call('SET', `order:${n}`, `value ${n}`);
  await redis.call('WAIT', '1', '60000');
  const addresses = JSON.parse(nowhere.NIGHTSHIFT_ADDRESSES) as { [member: string]: string };
  for (const [at, member] of [redis.primary, redis.replica!].entries())
    addresses[`shop-cache-${at + 1}`] = `127.0.0.1:${member.port}`;
  house = await startHouse({
    environment: {
      ...nowhere,
      SHOP_CACHE_COPY_PASSWORD: 'canary-cache-copy',
      NIGHTSHIFT_ADDRESSES: JSON.stringify(addresses),
      NIGHTSHIFT_BACKUPS_DIRECTORY: backups,
    },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  await redis.stop();
  rmSync(backups, { recursive: true, force: true });
});

/** What the run of a command said in the end. */
async function said(command: string): Promise<string> {
  const { ack } = await house.slack.command('omar', 'database-alerts', command);
  const runId = house.runIn(ack.text);
  await house.settled();
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  return blockText(message?.blocks ?? []);
}

it('is taken of the replica, read back, loaded, and listed with its proof', async () => {
  const text = await said('/db backup shop-cache');
  expect(text).toMatch(/snapshot \d{8}T\d{6}Z-snapshot: .* read back from primary, \d+ keys loaded from it/);
  expect(text).toMatch(/Taken from.*shop-cache-2/s);
  const base = join(backups, 'shop-cache', 'redis', 'base');
  const [label = ''] = readdirSync(base);
  const proofs = readdirSync(join(base, label, 'proof')).map(
    (name) => JSON.parse(readFileSync(join(base, label, 'proof', name), 'utf8')) as Proof,
  );
  expect(proofs.map(({ level, outcome }) => `${level} ${outcome}`).toSorted()).toEqual(['L2 passed', 'L3 passed']);
  const listed = await said('/db backups shop-cache');
  expect(listed).toMatch(/could we restore now\? Yes/);
  expect(listed).toContain(label);
});
