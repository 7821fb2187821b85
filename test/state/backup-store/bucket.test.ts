import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startBucketEndpoint, type BucketEndpoint } from '../../../src/local/aws/bucket/endpoint.ts';
import type { BucketFault } from '../../../src/local/aws/bucket/faults.ts';
import type { BackupStore, PrunableStore } from '../../../src/core/backup-store.ts';
import { createBucketStore } from '../../../src/state/backup-store/bucket.ts';
import type { BackupBucket } from '../../../src/state/backup-store/bucket-readable.ts';
import { createPrunableBucket } from '../../../src/state/backup-store/bucket-prunable.ts';
import { MOST_PARTS, partBytes } from '../../../src/state/backup-store/part-bytes.ts';
import { backupStoreContract, collect, madeBytes, text, whole } from '../../contracts/backup-store.ts';

let s3: BucketEndpoint;
beforeAll(async () => {
  s3 = await startBucketEndpoint();
  for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
});
afterEach(() => s3.faults.splice(0));
afterAll(async () => {
  vi.unstubAllEnvs();
  await s3.close();
});

const MIB = 1024 ** 2;
const open = (more: { prefix?: string; kmsKey?: string; bucket?: string } = {}) =>
  both({ name: 'primary', bucket: s3.name, endpoint: s3.url, ...more });
const both = (where: BackupBucket): BackupStore & PrunableStore => ({
  ...createBucketStore(where),
  ...createPrunableBucket(where),
});

backupStoreContract('S3', () => open());
backupStoreContract('S3 below a prefix', () => open({ prefix: 'databases/nightshift' }));

test('keys of a prefix are told without it, and what is beside it is never seen', async () => {
  await open().put('beside/one', text('x'));
  await open({ prefix: 'team' }).put('shop-db/one', text('x'));
  expect((await collect(open({ prefix: 'team' }).list(''))).map(({ key }) => key)).toEqual(['shop-db/one']);
  expect(s3.objects.has('team/shop-db/one')).toBe(true);
});

test('encrypts with the key of the config, small and large', async () => {
  const store = open({ kmsKey: 'alias/backups' });
  await store.put('kms/small', text('x'));
  await store.put('kms/large', madeBytes(9 * MIB));
  for (const key of ['kms/small', 'kms/large'])
    expect(s3.objects.get(key)?.headers).toMatchObject({
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'alias/backups',
    });
});

test('is spoken to without encryption on this machine alone', async () => {
  const elsewhere = both({ name: 'primary', bucket: 'acme', endpoint: 'http://s3.example.internal:9000' });
  await expect(elsewhere.put('a/one', text('x'))).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'The bucket acme would be spoken to without encryption: its endpoint has to begin with https://.',
  });
  await expect(collect(elsewhere.list(''))).rejects.toMatchObject({ code: 'invalid_request' });
});

test('hides what is deleted and keeps its version', async () => {
  await open().put('hide/one', text('the bytes'));
  expect(await open().remove(['hide/one'])).toEqual({ hidden: 1 });
  expect(await open().get('hide/one')).toBeUndefined();
  expect(String(s3.hidden.get('hide/one')?.bytes)).toBe('the bytes');
  await expect(open().put('hide/one', text('again'))).resolves.toMatchObject({ created: true });
});

test('lists and deletes more than a page', async () => {
  for (let n = 0; n < 1203; n += 1)
    s3.objects.set(`pages/${String(n).padStart(4, '0')}`, {
      bytes: Buffer.alloc(n),
      etag: '"x"',
      modifiedAt: new Date(),
      headers: {},
    });
  const keys = (await collect(open().list('pages/'))).map(({ key }) => key);
  expect(keys).toHaveLength(1203);
  expect(keys).toEqual(keys.toSorted());
  await open().remove(keys);
  expect(await collect(open().list('pages/'))).toEqual([]);
});

describe('what goes wrong', () => {
  const fails = (fault: BucketFault) => void s3.faults.push(fault);

  test.each(['PutObject', 'UploadPart', 'CreateMultipartUpload', 'CompleteMultipartUpload'])(
    'a SlowDown of %s is waited for',
    async (call) => {
      fails({ call, times: 2, what: { refuse: 'SlowDown' } });
      const sizeBytes = call === 'PutObject' ? 10 : 9 * MIB;
      expect(await open().put(`slow/${call}`, madeBytes(sizeBytes))).toMatchObject({ created: true });
      expect(s3.objects.get(`slow/${call}`)?.bytes.equals(await whole(madeBytes(sizeBytes)))).toBe(true);
    },
  );

  test.each(['PutObject', 'UploadPart', 'CompleteMultipartUpload'])(
    'an answer of %s that is lost does not make ours a stranger',
    async (call) => {
      fails({ call, times: 1, what: 'lose' });
      const sizeBytes = call === 'PutObject' ? 10 : 9 * MIB;
      expect(await open().put(`lost/${call}`, madeBytes(sizeBytes))).toMatchObject({ created: true });
      expect(s3.objects.get(`lost/${call}`)?.bytes.equals(await whole(madeBytes(sizeBytes)))).toBe(true);
    },
  );

  test.each([
    ['PutObject', 10],
    ['UploadPart', 9 * MIB],
  ])('bits that turn on the way to %s are never stored', async (call, sizeBytes) => {
    fails({ call, what: 'flip' });
    await expect(open().put(`flip/${call}`, madeBytes(sizeBytes))).rejects.toMatchObject({
      code: 'target_unreachable',
    });
    expect(s3.objects.has(`flip/${call}`)).toBe(false);
    expect(await collect(open().unfinished('flip/'))).toEqual([]);
  });

  test.each([
    [{ refuse: 'AccessDenied' as const }, 'permission_denied', /may not be used/],
    [{ refuse: 'XMinioStorageFull' as const }, 'conflict', /is full/],
  ])('%o is told as %s and leaves nothing behind', async (what, code, sentence) => {
    fails({ call: 'UploadPart', what });
    const thrown = await open()
      .put('refused/large', madeBytes(9 * MIB))
      .catch((fault: unknown) => fault);
    expect(thrown).toMatchObject({ code });
    expect(String(thrown)).toMatch(sentence);
    expect(await collect(open().unfinished('refused/'))).toEqual([]);
    await expect(open().put(`refused/${code}`, text('x'))).resolves.toMatchObject({ created: true });
  });

  test('somebody who is putting the same at this moment is not overwritten', async () => {
    fails({ call: 'PutObject', what: { refuse: 'ConditionalRequestConflict' } });
    await expect(open().put('race/one', text('x'))).rejects.toMatchObject({ code: 'target_unreachable' });
    expect(s3.objects.has('race/one')).toBe(false);
  });

  test('a bucket that is not there is a matter of the config', async () => {
    const thrown = await open({ bucket: 'other' })
      .put('a/one', text('x'))
      .catch((fault: unknown) => fault);
    expect(thrown).toMatchObject({ code: 'invalid_request' });
    expect(String(thrown)).toContain('The bucket other');
  });

  test('a connection that is cut while reading is taken up at the byte that was reached', async () => {
    await open().put('cut/one', madeBytes(5 * MIB));
    fails({ call: 'GetObject', times: 3, what: { cutAfterBytes: MIB + 1 } });
    const read = await whole(await open().get('cut/one', { from: 7, to: 5 * MIB - 9 }));
    expect(read.equals((await whole(madeBytes(5 * MIB))).subarray(7, -9))).toBe(true);
  });

  test('an object that cannot be read is a fault and never a short answer', async () => {
    await open().put('cut/never', madeBytes(MIB));
    fails({ call: 'GetObject', what: { cutAfterBytes: 0 } });
    await expect(whole(await open().get('cut/never'))).rejects.toMatchObject({ code: 'target_unreachable' });
  });

  test('whoever may not list is told so', async () => {
    fails({ call: 'ListObjectsV2', what: { refuse: 'AccessDenied' } });
    await expect(collect(open().list('x'))).rejects.toMatchObject({ code: 'permission_denied' });
  });
});

test('ten thousand parts hold the largest object, and each is one that S3 takes', () => {
  let sum = 0;
  for (let n = 1; n <= MOST_PARTS; n += 1) sum += partBytes(n);
  expect(sum).toBeGreaterThan(5 * 1024 ** 4);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MOST_PARTS }), (n) => {
      expect(partBytes(n)).toBeGreaterThanOrEqual(8 * MIB);
      expect(partBytes(n)).toBeLessThanOrEqual(5 * 1024 * MIB);
      expect(partBytes(n + 1)).toBeGreaterThanOrEqual(partBytes(n));
    }),
  );
  expect(partBytes(2000)).toBe(8 * MIB);
});
