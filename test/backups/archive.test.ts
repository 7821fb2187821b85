import { expect, test } from 'vitest';
import { ArchiveCheck } from '../../src/backups/archive/check.ts';
import { WalCheck } from '../../src/backups/archive/wal.ts';
import { createChecksums } from '../../src/backups/checksums/checksums.ts';
import { lsnOf, lsnText } from '../../src/core/lsn.ts';
import { readManifest } from '../../src/backups/manifest/manifest.ts';
import { sumText, writeManifest } from '../../src/backups/manifest/write.ts';
import { readTarHeader } from '../../src/backups/tar/header.ts';

const sums = createChecksums(1, 1024 * 1024);
const memory = sums.blocks[0] ?? Buffer.alloc(0);
const SEGMENT = 1024 * 1024;
const SYSTEM = '7711457467643058932';

function tarHeader(name: string, sizeBytes: number, type = '0'): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write('0000600\0', 100);
  if (sizeBytes < 8 ** 11) block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  block.write(type, 156);
  block.fill(' ', 148, 156);
  block.write(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return block;
}

function wal(firstPage: bigint, pages: number): Buffer {
  const bytes = Buffer.alloc(SEGMENT);
  for (let page = 0; page < pages; page++) {
    bytes.writeUInt16LE(0xd116, page * 8192);
    bytes.writeUInt16LE(page === 0 ? 2 : 0, page * 8192 + 2);
    bytes.writeBigUInt64LE(firstPage + BigInt(page * 8192), page * 8192 + 8);
    if (page === 0) bytes.writeBigUInt64LE(BigInt(SYSTEM), 24);
  }
  return bytes;
}

const FILES = [
  { path: 'backup_label', bytes: Buffer.from('START WAL LOCATION: 0/100028\n') },
  { path: 'base/1/1259', bytes: Buffer.alloc(16_384) },
];
const RANGE = { timeline: 1, startLsn: '0/100028', endLsn: '0/102000' };

function archive(files = FILES, segment = wal(BigInt(SEGMENT), 128)): Buffer {
  const members = [...files, { path: 'pg_wal/000000010000000000000001', bytes: segment }];
  const parts = members.flatMap(({ path, bytes }) => [
    tarHeader(path, bytes.length),
    bytes,
    Buffer.alloc((512 - (bytes.length % 512)) % 512),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function manifestOf(files = FILES): Buffer {
  const entries = files.map(({ path, bytes }) => {
    memory.set(bytes);
    const sum = sumText(~sums.crc32c(-1, memory.byteOffset, memory.byteOffset + bytes.length));
    return { path, sizeBytes: bytes.length, algorithm: 'CRC32C', checksum: sum };
  });
  return writeManifest({ systemId: SYSTEM, files: entries, wal: [RANGE] });
}

function check(bytes: Buffer, manifest = manifestOf(), pieceBytes = 100_000) {
  const looked = new ArchiveCheck(sums, { systemId: SYSTEM, startLsn: lsnOf('0/100028'), checksums: 'on' });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const length = bytes.copy(memory, 0, at, at + pieceBytes);
    looked.feed(memory.subarray(0, length));
  }
  return looked.finish(readManifest(manifest));
}

test.each([512, 700, 8192, 100_000, 1_048_576])(
  'an archive in pieces of %i bytes agrees with its manifest',
  (pieceBytes) => {
    expect(check(archive(), manifestOf(), pieceBytes)).toEqual({ filesVerified: 2, brokenPages: [] });
  },
);

test('a changed byte, a missing file, one too many and another size are named', () => {
  const changed = archive();
  changed[512 + 5] = 0x58;
  expect(() => check(changed)).toThrow('backup_label: what came has another checksum');
  expect(() => check(archive(FILES.slice(0, 1)))).toThrow('base/1/1259: it is in the manifest');
  expect(() => check(archive(), manifestOf(FILES.slice(1)))).toThrow('backup_label: it came, and the manifest');
  const longer = FILES.map(({ path, bytes }) => ({ path, bytes: Buffer.concat([bytes, Buffer.alloc(8192)]) }));
  expect(() => check(archive(longer))).toThrow('backup_label: 8221 bytes came');
});

test('an archive that stops before its end is damaged', () => {
  expect(() => check(archive().subarray(0, 30_000))).toThrow('the archive stops in the middle');
  expect(() => check(archive().subarray(0, -1024))).toThrow('it stops before its end');
});

test('a page with a wrong checksum is named, a new one and one that was changed later are not', () => {
  const page = Buffer.alloc(16_384);
  page.writeUInt16LE(8000, 14);
  page.writeUInt16LE(8000, 8192 + 14);
  page.writeUInt32LE(0x100029, 8192 + 4);
  const files = [{ path: 'base/1/1259.1', bytes: page }];
  expect(check(archive(files), manifestOf(files)).brokenPages).toEqual([{ file: 'base/1/1259.1', block: 0 }]);
});

test('WAL that is missing, or that is not what its name says, is told', () => {
  const looked = new WalCheck(SYSTEM);
  expect(looked.missing([RANGE])).toBe('there is no WAL in the archive');
  expect(() => check(archive(FILES, wal(0n, 128)))).toThrow('is not the WAL from 0/100000 on');
  const range = { ...RANGE, endLsn: '0/300000' };
  const later = writeManifest({ ...readManifest(manifestOf()), wal: [range] });
  expect(() => check(archive(), later)).toThrow('the WAL from 0/200000 is not in the archive');
});

test('WAL that went on in the next segment is whole up to there, and no further', () => {
  const switched = archive(FILES, wal(BigInt(SEGMENT), 2));
  const upTo = (endLsn: string) => writeManifest({ ...readManifest(manifestOf()), wal: [{ ...RANGE, endLsn }] });
  expect(check(switched, upTo('0/104000')).filesVerified).toBe(2);
  expect(check(switched, upTo('0/200000')).filesVerified).toBe(2);
  expect(() => check(switched, upTo('0/104001'))).toThrow('is not the WAL from 0/104000 on');
});

test('a manifest that was changed is damaged, and its system is read whole', () => {
  const manifest = manifestOf();
  expect(readManifest(manifest).systemId).toBe(SYSTEM);
  expect(() => readManifest(Buffer.from(manifest.toString().replace('1259', '1260')))).toThrow('its own checksum');
  expect(() => readManifest(manifest.subarray(0, 90))).toThrow('no whole JSON');
});

test('headers of 8 GiB and more, of folders and links are read, and a name that leads elsewhere is not', () => {
  expect(readTarHeader(tarHeader('base/5/16384.12', 9 * 1024 ** 3))).toMatchObject({ sizeBytes: 9_663_676_416 });
  expect(readTarHeader(tarHeader('./pg_wal/archive_status', 0, '5'))).toMatchObject({
    name: 'pg_wal/archive_status',
    type: 'directory',
  });
  expect(readTarHeader(Buffer.alloc(512))).toBeUndefined();
  expect(() => readTarHeader(tarHeader('../etc/passwd', 1))).toThrow('leads elsewhere');
  const damaged = tarHeader('base/5/16384', 10);
  damaged[124] = 0x37;
  expect(() => readTarHeader(damaged)).toThrow('its header in the archive is damaged');
});

test('a position in the WAL is a number and a text', () => {
  expect(lsnOf('16/B374D848')).toBe(0x16_b374_d848n);
  expect(lsnText(0x16_b374_d848n)).toBe('16/B374D848');
  expect(() => lsnOf('16-1')).toThrow('no position');
});
