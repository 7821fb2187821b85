import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteTable, type SqliteTable } from '../../src/state/sqlite-table.ts';
import { handClock, start } from './fresh-state.ts';

let folder: string;
let path: string;
const opened: SqliteTable[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightshift-sqlite-'));
  path = join(folder, 'state.sqlite');
});
afterEach(() => {
  for (const table of opened.splice(0)) table.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(now?: () => number): SqliteTable {
  const table = openSqliteTable({ path, ...(now === undefined ? {} : { now }) });
  opened.push(table);
  return table;
}

const key = { pk: 'a', sk: 'item' };

describe('the state in a file', () => {
  test('is there again after it was closed', async () => {
    await open().putNew(key, { word: 'kept', left: undefined, list: [{ deep: 1 }] });
    opened.pop()?.close();
    expect(await open().get(key)).toEqual({ ...key, word: 'kept', list: [{ deep: 1 }], version: 1 });
  });

  test('has one owner; a second hears which file it is', () => {
    open();
    expect(() => openSqliteTable({ path })).toThrow(/state\.sqlite belongs to another running process; stop it first/);
  });

  test('lets go of what has expired an hour ago, and of nothing else', async () => {
    const clock = handClock();
    const table = open(clock.now);
    await table.putNew(key, { ttl: start / 1000 + 10 });
    await table.putNew({ pk: 'b', sk: 'item' }, {});
    clock.pass(3_600);
    await table.putNew({ pk: 'c', sk: 'item' }, {});
    expect(await table.decide(key, () => ({ answer: null, write: { ttl: clock.now() / 1000 + 10 } }))).toBeNull();
    expect((await table.get(key))?.version).toBe(2);
    clock.pass(3_700);
    await table.putNew({ pk: 'd', sk: 'item' }, {});
    await table.decide(key, () => ({ answer: null, write: {} }));
    expect((await table.get(key))?.version).toBe(1);
    expect(await table.get({ pk: 'b', sk: 'item' })).toMatchObject({ version: 1 });
  });

  test('orders sort keys by their UTF-8 bytes, as DynamoDB does', async () => {
    const table = open();
    const names = ['Z', 'a', 'é', '\u{FF01}', '\u{1F600}'];
    for (const sk of names.toReversed()) await table.putNew({ pk: 'order', sk }, {});
    expect((await table.query('order')).map(({ sk }) => sk)).toEqual(names);
    expect((await table.query('order', { newestFirst: true, limit: 2 })).map(({ sk }) => sk)).toEqual(
      names.slice(-2).toReversed(),
    );
  });

  test('answers a use after it was closed with a fault, not with an item', async () => {
    const table = open();
    opened.pop()?.close();
    await expect(table.get(key)).rejects.toThrow();
  });
});
