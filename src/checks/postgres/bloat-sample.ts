import type { Seen } from '../../core/check.ts';
import type { Severity } from '../../core/finding.ts';
import type { Fact } from '../../core/report.ts';
import { bytesText, percentText } from '../wording.ts';

/** A table or index whose waste could be estimated. */
export type Bloated = {
  name: string;
  sizeBytes: number;
  wasteBytes: number;
  wasteRatio: number;
  /** `rough`: a tenth of the rows or more changed since ANALYZE, or rows are so wide that few fit on a page. */
  confidence: 'good' | 'rough';
};
/** One of which nothing can be said, and why. */
export type Withheld = { name: string; reason: string };

export type BloatSample = {
  database: string;
  /** The most wasteful first, at most 20. */
  estimated: readonly Bloated[];
  estimatedCount: number;
  withheld: readonly Withheld[];
  withheldCount: number;
  /** Beyond the largest that are looked at. */
  more: number;
};

/** Large enough that an average may be off by a tenth without anybody noticing. */
const WIDE_ROW_BYTES = 1000;
const ROUGH_RATIO = 0.1;

export function confidenceOf(changedRows: number, rows: number, rowBytes: number): Bloated['confidence'] {
  return changedRows / Math.max(1, rows) >= ROUGH_RATIO || rowBytes >= WIDE_ROW_BYTES ? 'rough' : 'good';
}

/** Pure: the sample, or the gap where of several large ones not one can be estimated. */
export function bloatSample(
  database: string,
  what: 'table' | 'index',
  found: readonly (Bloated | Withheld)[],
  more: number,
): Seen<BloatSample> {
  const estimated = found
    .flatMap((one) => ('reason' in one ? [] : [one]))
    .toSorted((a, b) => b.wasteBytes - a.wasteBytes);
  const withheld = found.flatMap((one) => ('reason' in one ? [one] : []));
  const [first] = withheld;
  if (first && estimated.length === 0) {
    const others = withheld.length > 1 ? `, nor of ${withheld.length - 1} more` : '';
    return { unreliable: `no estimate of ${what} ${first.name} (${first.reason})${others}: run ANALYZE on it` };
  }
  return {
    sample: {
      database,
      estimated: estimated.slice(0, 20),
      estimatedCount: estimated.length,
      withheld: withheld.slice(0, 5),
      withheldCount: withheld.length,
      more,
    },
  };
}

/** Pure: what was estimated and what was not, so that silence is not taken for health. */
export function bloatFacts(label: string, read: BloatSample): Fact[] {
  const { estimated, estimatedCount, withheld, withheldCount, more } = read;
  if (estimatedCount + withheldCount === 0) return [];
  const waste = estimated.reduce((sum, { wasteBytes }) => sum + wasteBytes, 0);
  const [first] = withheld;
  const not = first ? `; ${withheldCount} not estimable (${first.name}: ${first.reason})` : '';
  const rest = more > 0 ? `; ${more} smaller ones not looked at` : '';
  return [{ label, value: `${bytesText(waste)} in the ${estimatedCount} largest${not}${rest}` }];
}

/** Limits of both kinds of bloat. */
export type BloatLimits = {
  leastBytes: number;
  infoRatio: number;
  infoWasteBytes: number;
  warningRatio: number;
  warningWasteBytes: number;
};

/** Pure: is it told, how loudly, and at which limits? Never critical: bloat is nobody's emergency. */
export function bloatVerdict(
  { sizeBytes, wasteBytes, wasteRatio }: Bloated,
  limits: BloatLimits,
): { severity: Severity; limitText: string; limitBytes: number } | undefined {
  const { leastBytes, infoRatio, infoWasteBytes, warningRatio, warningWasteBytes } = limits;
  if (sizeBytes < leastBytes || wasteRatio < infoRatio || wasteBytes < infoWasteBytes) return undefined;
  return wasteRatio >= warningRatio && wasteBytes >= warningWasteBytes
    ? {
        severity: 'warning',
        limitText: `warning at ${percentText(warningRatio)} and ${bytesText(warningWasteBytes)}`,
        limitBytes: warningWasteBytes,
      }
    : {
        severity: 'info',
        limitText: `told at ${percentText(infoRatio)} and ${bytesText(infoWasteBytes)}`,
        limitBytes: infoWasteBytes,
      };
}
