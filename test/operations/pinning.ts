import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalogue } from '../../src/backups/catalogue/read.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import type { BackupStore } from '../../src/core/backup-store.ts';
import type { Copying, RunContext, RunOperation, Steps } from '../../src/core/operation.ts';
import { createDirectoryStore } from '../../src/state/backup-store/directory.ts';
import { StoredWorld } from '../backups/world.ts';
import { expectPublished } from '../published-json.ts';

const target = { name: 'shop-db', engine: 'postgres', environment: 'laptop' } as const;

/** Two stores of which the second lacks the newest backup, and what pins and unpins do there. */
export async function pinning() {
  const root = mkdtempSync(join(tmpdir(), 'nightshift-pins-'));
  const [primary, secondary] = ['primary', 'secondary'].map((name) =>
    createDirectoryStore({ name, directory: join(root, name) }),
  ) as unknown as [BackupStore, BackupStore];
  const world = new StoredWorld();
  const labels = [world.backup(2, 'full'), world.backup(26, 'full')] as const;
  for (const store of [primary, secondary])
    for (const [key, { text, sizeBytes }] of world.objects)
      if (store === primary || key.includes(labels[0])) await store.put(key, once(text, sizeBytes));
  const copying = { stores: [primary, secondary], policy: usualBackupPolicy } as unknown as Copying;
  const run = async (operation: RunOperation, args: object, at: string, meanwhile = async () => {}) => {
    const steps = Object.fromEntries(
      Object.entries(operation.steps).map(([key, step]) => [
        key,
        (on: object, given: never) => step.run(on, given, copying as never, {} as never),
      ]),
    );
    const context = { startedAt: at, targets: [target], by: 'omar', steps, sleep: meanwhile };
    const outcome = await operation.run(context as unknown as RunContext<Steps>, args);
    expectPublished(outcome);
    return outcome;
  };
  const pinned = async (at: string) =>
    (await readCatalogue(primary, 'shop-db', at)).places
      .flatMap(({ backups }) => backups)
      .filter((backup) => backup.pinned)
      .map(({ label, pin }) => [label, pin?.by, pin?.reason]);
  return { labels, primary, secondary, run, pinned, stop: () => rmSync(root, { recursive: true, force: true }) };
}

async function* once(text: string | Uint8Array, sizeBytes: number) {
  yield text.length > 0 ? Buffer.from(text) : Buffer.alloc(sizeBytes);
}
