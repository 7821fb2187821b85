import { Damage } from '../damage.ts';

export const TAR_BLOCK_BYTES = 512;

export type TarEntry = {
  name: string;
  type: 'file' | 'directory' | 'link';
  /** Of what follows; 0 for all but files. */
  sizeBytes: number;
  /** Permissions, as chmod takes them. */
  mode: number;
  /** Only of a link: where to. */
  target?: string;
};

const CHECKSUM = { from: 148, to: 156 };

/**
 * Reads one header; undefined is the end of the archive. Names of PostgreSQL have at most 99 bytes, and sizes of 8 GiB and more
 * are in base 256. https://www.postgresql.org/docs/current/protocol-replication.html, src/port/tar.c
 */
export function readTarHeader(block: Buffer): TarEntry | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const name = textIn(block, 0, 100).replace(/^\.\//, '').replace(/\/$/, '');
  if (numberIn(block, CHECKSUM.from, CHECKSUM.to) !== sumOf(block)) {
    throw new Damage(name || 'the archive', 'its header in the archive is damaged');
  }
  if (!isPlain(name)) throw new Damage(name || 'the archive', 'its name in the archive leads elsewhere');
  const mode = numberIn(block, 100, 108) & 0o7777;
  const type = String.fromCharCode(block[156] ?? 0);
  if (type === '5') return { name, type: 'directory', sizeBytes: 0, mode };
  if (type === '2') return { name, type: 'link', sizeBytes: 0, mode, target: textIn(block, 157, 257) };
  if (type !== '0' && type !== '\0') throw new Damage(name, 'it is of a kind that no backup has');
  return { name, type: 'file', sizeBytes: numberIn(block, 124, 136), mode };
}

/** Whoever unpacks it may stay in the folder that it is unpacked to. */
function isPlain(name: string): boolean {
  return name !== '' && !name.startsWith('/') && !name.split('/').includes('..');
}

function sumOf(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= CHECKSUM.from && at < CHECKSUM.to ? 32 : byte), 0);
}

function textIn(block: Buffer, from: number, to: number): string {
  const end = block.subarray(from, to).indexOf(0);
  return block.toString('utf8', from, end < 0 ? to : from + end);
}

function numberIn(block: Buffer, from: number, to: number): number {
  if ((block[from] ?? 0) & 0x80) return Number(block.readBigUInt64BE(to - 8));
  return Number.parseInt(textIn(block, from, to).trim() || '0', 8);
}
