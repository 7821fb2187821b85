import type { KeyNode } from './nodes.ts';
import { addStats, emptyStats, type Stats } from './stats.ts';
import type { CountedPattern, Slice } from './scan-slice.ts';
import { mergeTop, TOP_KEYS, type TopKey } from './top-keys.ts';

/** A number with half the width of its 95 % interval; 0 where every key was looked at. */
export type Estimate = { value: number; plusMinus: number };

/** All that was seen of one node. */
export type NodeSeen = { node: KeyNode; slices: readonly Slice[] };
/** A node in numbers. SCAN goes by hashes, so that the first keys it names are a sample without regard to their names. */
export type NodeCount = {
  node: KeyNode;
  seen: number;
  keys: number;
  isComplete: boolean;
  patterns: Map<string, Stats>;
};

export type PatternEstimate = {
  pattern: string;
  /** As seen, of all nodes. */
  stats: Stats;
  keys: Estimate;
  bytes: Estimate;
  lastingBytes: Estimate;
  /** Of the memory of all keys, 0 to 1. */
  share: Estimate;
};
export type Estimates = {
  nodes: readonly NodeCount[];
  seen: number;
  keys: number;
  isComplete: boolean;
  bytes: Estimate;
  /** Of all keys seen. */
  all: Stats;
  /** Most memory first. */
  patterns: readonly PatternEstimate[];
  biggest: readonly TopKey[];
  longest: readonly TopKey[];
  hottest: readonly TopKey[];
};

/** The 97.5 % point of the normal distribution: an interval of 95 %. */
const Z = 1.96;

/** Pure: what all slices of all nodes say about all keys. */
export function estimate(seen: readonly NodeSeen[]): Estimates {
  const nodes = seen.map(countNode);
  const all = emptyStats();
  for (const { patterns } of nodes) for (const stats of patterns.values()) addStats(all, stats);
  const bytes = sum(nodes.map((node) => bytesOf(node, totalOf(node))));
  const names = new Set(nodes.flatMap(({ patterns }) => [...patterns.keys()]));
  const patterns = [...names].map((pattern) => patternEstimate(pattern, nodes, bytes.value));
  const slices = seen.flatMap((one) => one.slices);
  const top = (list: (slice: Slice) => readonly TopKey[], size: number, measure: (key: TopKey) => number | null) =>
    mergeTop(slices.map(list), size, measure);
  return {
    nodes,
    seen: nodes.reduce((total, node) => total + node.seen, 0),
    keys: nodes.reduce((total, node) => total + node.keys, 0),
    isComplete: nodes.every(({ isComplete }) => isComplete),
    bytes,
    all,
    patterns: patterns.toSorted((a, b) => b.bytes.value - a.bytes.value),
    biggest: top(
      ({ biggest }) => biggest,
      TOP_KEYS,
      (key) => key.bytes,
    ),
    longest: top(
      ({ longest }) => longest,
      3 * TOP_KEYS,
      (key) => key.members,
    ),
    hottest: top(
      ({ hottest }) => hottest,
      TOP_KEYS,
      (key) => key.frequency,
    ),
  };
}

function countNode({ node, slices }: NodeSeen): NodeCount {
  const patterns = new Map<string, Stats>();
  for (const { pattern, stats } of slices.flatMap((slice): readonly CountedPattern[] => slice.patterns)) {
    const known = patterns.get(pattern) ?? emptyStats();
    addStats(known, stats);
    patterns.set(pattern, known);
  }
  const seen = slices.reduce((total, slice) => total + slice.seen, 0);
  const isComplete = slices.at(-1)?.cursor === '0' && slices.at(-1)?.stopped !== 'broken';
  return { node, seen, keys: isComplete ? seen : Math.max(seen, node.keys), isComplete, patterns };
}

function totalOf({ patterns }: NodeCount): Stats {
  const total = emptyStats();
  for (const stats of patterns.values()) addStats(total, stats);
  return total;
}

function patternEstimate(pattern: string, nodes: readonly NodeCount[], allBytes: number): PatternEstimate {
  const stats = emptyStats();
  const here = nodes.flatMap((node) => {
    const own = node.patterns.get(pattern);
    if (own) addStats(stats, own);
    return own ? [{ node, own }] : [];
  });
  const bytes = sum(here.map(({ node, own }) => bytesOf(node, own)));
  // The part that never expires is as sure as the whole.
  const lasting = stats.bytes > 0 ? stats.lastingBytes / stats.bytes : 0;
  const share = { value: ratio(bytes.value, allBytes), plusMinus: ratio(bytes.plusMinus, allBytes) };
  return {
    pattern,
    stats,
    keys: sum(here.map(({ node, own }) => keysOf(node, own))),
    bytes,
    lastingBytes: scaled(bytes, lasting),
    share,
  };
}

type Variance = { value: number; variance: number };

/** Stratified by node: totals add up, and so do their variances. */
function sum(parts: readonly Variance[]): Estimate {
  const value = parts.reduce((total, part) => total + part.value, 0);
  return { value, plusMinus: Z * Math.sqrt(parts.reduce((total, part) => total + part.variance, 0)) };
}

/** Agresti and Coull: two successes and two failures more keep the interval honest near 0 and 1. */
function keysOf({ seen, keys, isComplete }: NodeCount, own: Stats): Variance {
  if (isComplete || seen === 0) return { value: own.keys, variance: 0 };
  const adjusted = (own.keys + 2) / (seen + 4);
  return {
    value: (keys * own.keys) / seen,
    variance: (keys ** 2 * left(seen, keys) * adjusted * (1 - adjusted)) / (seen + 4),
  };
}

/** The total of a part of the keys from a simple sample of all: keys of other patterns count as 0 bytes. */
function bytesOf({ seen, keys, isComplete }: NodeCount, own: Stats): Variance {
  if (isComplete || seen < 2) return { value: own.bytes, variance: 0 };
  const mean = own.bytes / seen;
  const spread = Math.max(0, own.bytesSquared - seen * mean ** 2) / (seen - 1);
  return { value: keys * mean, variance: (keys ** 2 * left(seen, keys) * spread) / seen };
}

/** Of what has been seen there is nothing to guess. */
function left(seen: number, keys: number): number {
  return keys === 0 ? 0 : Math.max(0, 1 - seen / keys);
}

function scaled({ value, plusMinus }: Estimate, factor: number): Estimate {
  return { value: value * factor, plusMinus: plusMinus * factor };
}

export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
