import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { readCatalogue } from '../../../src/backups/catalogue/read.ts';
import type { PlaceCatalogue } from '../../../src/backups/catalogue/catalogue.ts';
import type { BackupStore, Pieces } from '../../../src/core/backup-store.ts';
import type { TestPostgres, TestRedis } from '../../servers.ts';
import { collect } from '../../contracts/backup-store.ts';
import type { Seen, StorePlace } from './store-places.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
const TARGETS = ['shop-db', 'shop-cache'];

/** The sum of each object of each store, by its place. */
export type Contents = ReadonlyMap<string, string>;

export async function contentsOf({ stores }: StorePlace): Promise<Contents> {
  const contents = new Map<string, string>();
  for (const store of stores)
    for (const { key } of await collect(store.list(''))) contents.set(`${store.name} ${key}`, await sumOf(store, key));
  return contents;
}

async function sumOf(store: Pick<BackupStore, 'get'>, key: string): Promise<string> {
  const sum = createHash('sha256');
  for await (const piece of (await store.get(key)) ?? nothing()) sum.update(piece);
  return sum.digest('hex');
}

async function* nothing(): AsyncGenerator<Uint8Array> & Pieces {}

/** What was there is there, as it was; but for what may go. */
export function expectKept(before: Contents, after: Contents, mayGo: (where: string) => boolean, why: string): void {
  const changed = [...before].filter(
    ([where, sum]) => after.get(where) !== sum && !(mayGo(where) && !after.has(where)),
  );
  expect(
    changed.map(([where]) => where),
    why,
  ).toEqual([]);
}

/** Whatever is called a backup has all of its bytes, and what is half of one is called that. */
export async function expectOnlyGoodOnes({ stores }: StorePlace, contents: Contents, why: string): Promise<void> {
  for (const store of stores)
    for (const place of await placesOf(store)) {
      for (const { label, problems, record } of place.backups) {
        expect(problems, `${why}: ${label}`).toEqual([]);
        for (const { key, sha256 } of record.files)
          expect(contents.get(`${store.name} ${key}`), `${why}: ${key}`).toBe(sha256);
      }
      expect(place.unreadable, why).toEqual([]);
      const known = [...place.backups, ...place.unfinished].map(({ label }) => label).toSorted();
      expect(foldersIn(contents, `${store.name} ${place.key}/base/`), why).toEqual(known);
    }
}

export async function placesOf(store: Seen, targets = TARGETS): Promise<readonly PlaceCatalogue[]> {
  const at = new Date().toISOString();
  const catalogues = await Promise.all(targets.map((target) => readCatalogue(store, target, at)));
  return catalogues.flatMap(({ places }) => places);
}

function foldersIn(contents: Contents, prefix: string): string[] {
  const below = [...contents.keys()].filter((where) => where.startsWith(prefix));
  return [...new Set(below.map((where) => where.slice(prefix.length).split('/')[0] ?? ''))].toSorted();
}

/** Who was killed holds nothing of a server: no slot but the target's own, no stream, no copy under way. */
export async function expectServersFree(database: TestPostgres, cache: TestRedis, why: string): Promise<void> {
  const HELD = `
    SELECT 'slot ' || slot_name AS what FROM pg_replication_slots WHERE active OR slot_name <> 'nightshift'
    UNION ALL SELECT 'reader ' || application_name FROM pg_stat_replication
    UNION ALL SELECT 'copy ' || phase FROM pg_stat_progress_basebackup`;
  await expect.poll(() => database.query(HELD), { ...PATIENCE, message: why }).toEqual([]);
  const followers = async () => String(await cache.replica?.call('INFO', 'replication'));
  await expect.poll(followers, { ...PATIENCE, message: why }).toContain('connected_slaves:0');
}

/** What was started or laid down for a while by processes that are dead now. */
export function leftIn(scratch: string): string[] {
  const running = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const command = commandOf(pid);
      return command.includes(scratch) ? [`${pid} ${command.replaceAll('\0', ' ').slice(0, 80)}`] : [];
    });
  return [...running, ...readdirSync(scratch)];
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
