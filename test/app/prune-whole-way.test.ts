import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { blockText } from '../../src/local/block-text.ts';
import { nowhere, root, startHouse, type House } from '../house.ts';
import { StoredWorld, REDIS, SYSTEM } from '../backups/world.ts';

const DAY = 24;
const backups = mkdtempSync(join(tmpdir(), 'nightshift-prune-'));
let house: House;
let fulls: string[];
let snapshots: string[];

/** The objects of a world as those of a target. */
function store({ objects }: StoredWorld, target: string): void {
  for (const [key, { text, sizeBytes, modifiedAt }] of objects) {
    const path = join(backups, key.replace(/^shop-db/, target));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      text.length > 0
        ? String(text).replaceAll('shop-db/', `${target}/`).replaceAll('"shop-db"', `"${target}"`)
        : Buffer.alloc(sizeBytes),
    );
    utimesSync(path, new Date(modifiedAt), new Date(modifiedAt));
  }
}

beforeAll(async () => {
  const database = new StoredWorld();
  fulls = Array.from({ length: 9 }, (_, n) => database.backup(n * DAY, 'full'));
  database.proof(SYSTEM, fulls[7]!, 8 * DAY);
  store(database, 'shop-db');
  const cache = new StoredWorld();
  snapshots = Array.from({ length: 3 }, (_, n) => cache.snapshot(n * DAY));
  cache.proof(REDIS, snapshots[1]!, 2 * DAY);
  store(cache, 'shop-cache');
  const config = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
  const configPath = join(backups, 'nightshift.yaml');
  writeFileSync(
    configPath,
    config.replace('masterName: shop-cache\n    backup: { mode: off }', 'masterName: shop-cache'),
  );
  house = await startHouse({
    configPath,
    environment: { ...nowhere, NIGHTSHIFT_BACKUPS_DIRECTORY: backups },
    messagePace: { burst: 100, perSecond: 100 },
  });
});
afterAll(async () => {
  await house.stop();
  rmSync(backups, { recursive: true, force: true });
});

const labelsOf = (target: string): string[] =>
  readdirSync(join(backups, target), { recursive: true, encoding: 'utf8' })
    .flatMap((name) => /base\/([^/]+)\/done\.json$/.exec(name)?.[1] ?? [])
    .toSorted();

/** What a command said in the end. */
async function said(text: string): Promise<string> {
  const { ack } = await house.slack.command('omar', 'database-alerts', text);
  const runId = house.runIn(ack.text);
  await house.settled();
  const message = house.posted().find(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  return blockText(message?.blocks ?? []);
}

type Button = { action_id: string; text: { text: string } };
function buttonsIn(value: Json): Button[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(buttonsIn);
  const here = (value as { type?: Json }).type === 'button' ? [value as unknown as Button] : [];
  return [...here, ...Object.values(value).flatMap((one) => buttonsIn(one))];
}

describe('pruning, from the command to the store', () => {
  it('without apply shows what would go, and deletes nothing', async () => {
    expect(await said('/db prune shop-cache')).toMatch(/1 backup of the primary store can go: .*; nothing was deleted/);
    expect(labelsOf('shop-cache')).toEqual(snapshots);
  });

  it('with apply deletes what a newer proven one makes superfluous, under the policy', async () => {
    expect(await said('/db prune shop-cache apply')).toMatch(/1 backup deleted from the primary store/);
    expect(labelsOf('shop-cache')).toEqual(snapshots.slice(1));
    const audit = await house.stateText();
    expect(audit).toMatch(/prune\.remove/);
  });

  it('asks a person where more than half would go, and deletes exactly what was approved', async () => {
    await house.slack.command('omar', 'database-alerts', '/db prune shop-db apply');
    const planned = await house.slack.waitFor(
      ({ fromBot, blocks }) => fromBot && JSON.stringify(blocks).includes('"approve'),
      60_000,
    );
    expect(blockText(planned.blocks)).toContain(`Delete 7 backups from the primary store: ${fulls[0]}`);
    expect(labelsOf('shop-db')).toEqual(fulls);
    const approve = buttonsIn(planned.blocks as Json).find(({ text }) => text.text === 'Approve');
    await house.slack.click({ user: 'ada', messageTs: planned.ts, actionId: approve?.action_id ?? '' });
    await house.settled();
    expect(labelsOf('shop-db')).toEqual(fulls.slice(7));
  });

  it('is for operators', async () => {
    const { ack } = await house.slack.command('vera', 'database-alerts', '/db prune shop-db apply');
    expect(ack.text ?? blockText(ack.blocks ?? [])).toMatch(/operator/);
  });
});
