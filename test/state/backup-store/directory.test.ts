import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createDirectoryStore } from '../../../src/state/backup-store/directory.ts';
import { asDirectoryFault } from '../../../src/state/backup-store/directory-fault.ts';
import { backupStoreContract, collect, text } from '../../contracts/backup-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-store-'));
afterAll(() => rmSync(directory, { recursive: true }));
const store = createDirectoryStore({ name: 'primary', directory: join(directory, 'backups') });

backupStoreContract('a directory', () => store);

test('only the owner can enter its directories and read its files', async () => {
  await store.put('shop-db/modes/one', text('x'));
  const modes = ['', 'shop-db', 'shop-db/modes', 'shop-db/modes/one'].map(
    (path) => statSync(join(directory, 'backups', path)).mode & 0o777,
  );
  expect(modes).toEqual([0o700, 0o700, 0o700, 0o400]);
});

test('takes away directories that are empty, and never its own', async () => {
  const own = createDirectoryStore({ name: 'primary', directory: join(directory, 'emptied') });
  await own.put('a/b/one', text('x'));
  await own.remove(['a/b/one']);
  expect(readdirSync(join(directory, 'emptied'))).toEqual([]);
});

test('what lies there and is no backup is not listed', async () => {
  const own = createDirectoryStore({ name: 'primary', directory: join(directory, 'mixed') });
  await own.put('a/one', text('x'));
  mkdirSync(join(directory, 'mixed', 'lost+found'));
  writeFileSync(join(directory, 'mixed', '.DS_Store'), '');
  expect((await collect(own.list(''))).map(({ key }) => key)).toEqual(['a/one']);
  expect(await collect(own.unfinished(''))).toEqual([]);
});

test('a file in the place of the directory is told as such', async () => {
  writeFileSync(join(directory, 'file'), '');
  const none = createDirectoryStore({ name: 'primary', directory: join(directory, 'file') });
  await expect(none.put('a/one', text('x'))).rejects.toMatchObject({ code: 'target_unreachable' });
});

test('a directory that may not be written is told as such', async () => {
  const closed = join(directory, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o500);
  // The superuser may write anywhere.
  if (process.getuid?.() === 0) return;
  const own = createDirectoryStore({ name: 'primary', directory: closed });
  await expect(own.put('a/one', text('x'))).rejects.toMatchObject({ code: 'permission_denied' });
});

test.each([
  ['ENOSPC', 'conflict', /is full/],
  ['EDQUOT', 'conflict', /is full/],
  ['EROFS', 'permission_denied', /may not be used/],
  ['EIO', 'target_unreachable', /does not answer/],
])('%s is %s', (code, fault, sentence) => {
  const told = asDirectoryFault(Object.assign(new Error('x'), { code }));
  expect(told).toMatchObject({ code: fault });
  expect(told.message).toMatch(sentence);
});
