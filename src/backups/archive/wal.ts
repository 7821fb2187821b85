import { Damage } from '../damage.ts';
import { lsnOf, lsnText } from '../../core/lsn.ts';
import type { ManifestWal } from '../manifest/manifest.ts';
import type { TarEntry } from '../tar/header.ts';

/** `pg_wal/000000010000000000000002`: timeline, and the number of the segment in two halves. */
const SEGMENT = /^pg_wal\/([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/;
const WAL_PAGE_BYTES = 8192;
const LONG_HEADER_BYTES = 40;

/** What comes after the good pages: more of them, nothing because WAL went on in the next segment, or what was there before. */
type Rest = 'good' | 'empty' | 'other';
type Segment = { timeline: number; sizeBytes: number; name: string; goodBytes: number; rest: Rest };

export function isWalSegment(path: string): boolean {
  return SEGMENT.test(path);
}

/**
 * The WAL inside an archive: no manifest tells of it, so that the headers of its pages are looked at, each of which says
 * which position it is for. XLogPageHeaderData, src/include/access/xlog_internal.h.
 */
export class WalCheck {
  readonly #systemId: string;
  readonly #segments = new Map<bigint, Segment>();
  #current: { segment: Segment; from: bigint; header: Buffer; kept: number } | undefined;

  constructor(systemId: string) {
    this.#systemId = systemId;
  }

  begin({ name, sizeBytes }: TarEntry): void {
    const [timeline = '', high = '', low = ''] = SEGMENT.exec(name)?.slice(1) ?? [];
    if (sizeBytes < 2 ** 20 || sizeBytes > 2 ** 30) throw new Damage(name, `no segment of WAL has ${sizeBytes} bytes`);
    const perFile = 0x1_0000_0000n / BigInt(sizeBytes);
    const number = BigInt(`0x${high}`) * perFile + BigInt(`0x${low}`);
    const segment = { timeline: Number.parseInt(timeline, 16), sizeBytes, name, goodBytes: 0, rest: 'good' as Rest };
    const known = this.#segments.get(number);
    if (!known || known.timeline < segment.timeline) this.#segments.set(number, segment);
    const from = number * BigInt(sizeBytes);
    this.#current = { segment, from, header: Buffer.alloc(LONG_HEADER_BYTES), kept: 0 };
  }

  data(piece: Buffer, at: number): void {
    const current = this.#current;
    if (current?.segment.rest !== 'good') return;
    let page = at - (at % WAL_PAGE_BYTES);
    for (; page < at + piece.length; page += WAL_PAGE_BYTES) {
      const wanted = Math.max(page + current.kept, at);
      if (wanted >= page + LONG_HEADER_BYTES) continue;
      current.kept += piece.copy(current.header, wanted - page, wanted - at, page + LONG_HEADER_BYTES - at);
      if (current.kept < LONG_HEADER_BYTES) return;
      current.kept = 0;
      current.segment.rest = this.#whatIs(current.header, current.from + BigInt(page));
      if (current.segment.rest !== 'good') return;
      current.segment.goodBytes = page + WAL_PAGE_BYTES;
    }
  }

  /** xlp_info at 2 says whether the system is named, xlp_pageaddr is at 8, xlp_sysid at 24. */
  #whatIs(header: Buffer, position: bigint): Rest {
    if (header.every((byte) => byte === 0)) return 'empty';
    if (header.readBigUInt64LE(8) !== position) return 'other';
    const isLong = (header.readUInt16LE(2) & 2) !== 0;
    return !isLong || header.readBigUInt64LE(24).toString() === this.#systemId ? 'good' : 'other';
  }

  /** What is missing of the WAL that makes the backup consistent, a sentence; undefined where it is all there. */
  missing(ranges: readonly ManifestWal[]): string | undefined {
    const sizeBytes = [...this.#segments.values()][0]?.sizeBytes;
    if (sizeBytes === undefined || ranges.length === 0) return 'there is no WAL in the archive';
    for (const { startLsn, endLsn } of ranges) {
      const [start, end] = [lsnOf(startLsn), lsnOf(endLsn)];
      const size = BigInt(sizeBytes);
      for (let number = start / size; number * size < end; number++) {
        const segment = this.#segments.get(number);
        if (!segment) return `the WAL from ${lsnText(number * size)} is not in the archive`;
        if (segment.rest === 'good') continue;
        const isSwitched = segment.rest === 'empty' && end >= (number + 1n) * size;
        const good = number * size + BigInt(segment.goodBytes);
        if (good < end && !isSwitched) return `${segment.name} is not the WAL from ${lsnText(good)} on`;
      }
    }
    return undefined;
  }
}
