import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDirectoryObjects } from '../../src/state/objects.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nightshift-objects-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('an object comes back as it was put, and is replaced whole', async () => {
  const objects = createDirectoryObjects(directory);
  expect(await objects.get('runs/r1/result.json')).toBeUndefined();
  await objects.put('runs/r1/result.json', Buffer.from('first, and longer'));
  await objects.put('runs/r1/result.json', Buffer.from('second'));
  expect(Buffer.from((await objects.get('runs/r1/result.json')) ?? []).toString()).toBe('second');
  expect(await readdir(join(directory, 'runs/r1'))).toEqual(['result.json']);
});

test.each(['../outside', '/etc/passwd', 'a//b', '.hidden', 'a/../b', ''])('the key "%s" is refused', async (key) => {
  const objects = createDirectoryObjects(directory);
  await expect(objects.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid_request' });
  await expect(objects.get(key)).rejects.toMatchObject({ code: 'invalid_request' });
});
