import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BackupStore, Pieces, PrunableStore } from '../../src/core/backup-store.ts';

/** So many bytes, which are never the same twice in a row; in pieces of uneven sizes. */
export async function* madeBytes(sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += NOISE.length) {
    const piece = Buffer.from(NOISE.subarray(0, sizeBytes - at));
    piece.writeUInt8(at % 251, 0);
    yield piece;
  }
}
const NOISE = Buffer.from(Array.from({ length: 300_007 }, (_, n) => (n * 2654435761) >>> 24));

export async function whole(pieces: Pieces | undefined): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces ?? []) all.push(piece);
  return Buffer.concat(all);
}

export async function* text(words: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(words);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const MIB = 1024 ** 2;
const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let keys = 0;

/** What every place for backups promises. */
export function backupStoreContract(name: string, store: () => BackupStore & PrunableStore): void {
  describe(`a store of backups (${name})`, () => {
    const place = () => `shop-db/contract-${(keys += 1)}`;

    it.each([
      ['nothing', 0],
      ['a byte', 1],
      ['less than a part', 3 * MIB],
      ['exactly one part', 8 * MIB],
      ['exactly two parts', 16 * MIB],
      ['several parts', 19 * MIB + 17],
    ])('gives back what it was given: %s', async (_, sizeBytes) => {
      const key = `${place()}/base.tar`;
      const bytes = await whole(madeBytes(sizeBytes));
      const put = await store().put(key, madeBytes(sizeBytes));
      expect(put).toEqual({ created: true, sizeBytes, sha256: sumOf(bytes) });
      expect((await whole(await store().get(key))).equals(bytes)).toBe(true);
    });

    it('gives any range, and no bytes beyond the end', async () => {
      const key = `${place()}/ranges`;
      await store().put(key, text('0123456789'));
      const ranges = [{ from: 0 }, { from: 3 }, { from: 3, to: 5 }, { from: 8, to: 99 }, { from: 10 }, { from: 99 }];
      const read = await Promise.all(ranges.map(async (range) => String(await whole(await store().get(key, range)))));
      expect(read).toEqual(['0123456789', '3456789', '34', '89', '', '']);
      expect(String(await whole(await store().get(key, { from: 4, to: 4 })))).toBe('');
    });

    it('has nothing where nothing was put', async () => {
      expect(await store().get(`${place()}/nothing`)).toBeUndefined();
      expect(await store().get(`${place()}/nothing`, { from: 4, to: 4 })).toBeUndefined();
    });

    it.each([
      ['small', 10],
      ['large', 9 * MIB],
    ])('puts nothing over what is there: %s', async (_, sizeBytes) => {
      const key = `${place()}/done.json`;
      await store().put(key, text('the first'));
      const again = await store().put(key, madeBytes(sizeBytes));
      expect(again).toEqual({ created: false, sizeBytes, sha256: sumOf(await whole(madeBytes(sizeBytes))) });
      expect(String(await whole(await store().get(key)))).toBe('the first');
      expect(await collect(store().unfinished(key))).toEqual([]);
    });

    it('lets one of several win, and its bytes stay whole', async () => {
      const key = `${place()}/contended`;
      const puts = await Promise.all(Array.from({ length: 5 }, (_, n) => store().put(key, text(`writer ${n}`))));
      expect(puts.filter(({ created }) => created)).toHaveLength(1);
      const winner = puts.findIndex(({ created }) => created);
      expect(String(await whole(await store().get(key)))).toBe(`writer ${winner}`);
    });

    it.each([
      ['at once', 0],
      ['in the middle of a part', 3 * MIB],
      ['in the middle of several', 18 * MIB],
    ])('leaves nothing behind where the pieces end with an error: %s', async (_, sizeBytes) => {
      const key = `${place()}/broken`;
      async function* broken() {
        yield* madeBytes(sizeBytes);
        throw new Error('the server went away');
      }
      await expect(store().put(key, broken())).rejects.toThrow('the server went away');
      expect(await store().get(key)).toBeUndefined();
      expect(await collect(store().list(key))).toEqual([]);
      expect(await collect(store().unfinished(key))).toEqual([]);
    });

    it('lists in the order of the keys what begins so, with sizes and times, and nothing else', async () => {
      const at = place();
      const names = ['b/c', 'b.json', 'b-1/x', 'a', 'bb/c', 'b/a/d', 'b/a.e'];
      for (const one of names) await store().put(`${at}/${one}`, text(one));
      const listed = await collect(store().list(`${at}/`));
      expect(listed.map(({ key }) => key)).toEqual(
        names.map((one) => `${at}/${one}`).toSorted((a, b) => (a < b ? -1 : 1)),
      );
      expect(listed.map(({ sizeBytes }) => sizeBytes)).toEqual(listed.map(({ key }) => key.length - at.length - 1));
      for (const { modifiedAt } of listed) expect(Math.abs(Date.parse(modifiedAt) - Date.now())).toBeLessThan(600_000);
      const begun = await collect(store().list(`${at}/b/`));
      expect(begun.map(({ key }) => key.slice(at.length))).toEqual(['/b/a.e', '/b/a/d', '/b/c']);
      expect((await collect(store().list(`${at}/bb`))).map(({ key }) => key.slice(at.length))).toEqual(['/bb/c']);
      expect(await collect(store().list(`${at}/nothing`))).toEqual([]);
    });

    it('removes what it is told to, also what is gone already, and nothing beside it', async () => {
      const at = place();
      for (const one of ['x/one', 'x/two', 'y/three']) await store().put(`${at}/${one}`, text(one));
      await store().remove([`${at}/x/one`, `${at}/x/two`, `${at}/x/none`]);
      expect((await collect(store().list(at))).map(({ key }) => key)).toEqual([`${at}/y/three`]);
      await store().put(`${at}/x/one`, text('again'));
      expect(String(await whole(await store().get(`${at}/x/one`)))).toBe('again');
    });

    it('shows what was begun and is not finished, and gives it up', async () => {
      const key = `${place()}/endless`;
      const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
      const { promise: begun, resolve: tell } = Promise.withResolvers<void>();
      async function* endless() {
        yield* madeBytes(20 * MIB);
        tell();
        await held;
      }
      const put = store()
        .put(key, endless())
        .catch((thrown: unknown) => thrown);
      await begun;
      const unfinished = await collect(store().unfinished(key));
      expect(unfinished.map((one) => one.key)).toEqual([key]);
      expect(Math.abs(Date.parse(unfinished[0]?.begunAt ?? '') - Date.now())).toBeLessThan(600_000);
      expect(await collect(store().list(key))).toEqual([]);
      await unfinished[0]?.abandon();
      expect(await collect(store().unfinished(key))).toEqual([]);
      goOn();
      expect(await put).toBeInstanceOf(Error);
      expect(await store().get(key)).toBeUndefined();
    });

    it.each(['../outside', 'a//b', '/etc/passwd', 'a/../../b', '.hidden', ''])('refuses the key "%s"', async (key) => {
      await expect(store().put(key, text('x'))).rejects.toMatchObject({ code: 'invalid_request' });
    });
  });
}
