import type { Samples } from './check.ts';
import type { Severity } from './finding.ts';
import type { Metric } from './metric.ts';
import type { Quiet } from './quiet.ts';
import type { ReportedFinding } from './report.ts';

/** What was kept of an earlier look at a target. */
export type Remembered = {
  at: string;
  /** Samples by check id. */
  samples: { readonly [check: string]: Samples };
  /** All that was found, told or held back. */
  findings: readonly ReportedFinding[];
  /** Kept apart, for much longer. */
  metrics?: readonly Metric[];
  /** Set where nothing was wrong: what later changes are measured against. Kept apart. */
  good?: Good;
  /** How long each was there, and whether it was told of; absent in looks that a release before this one kept. */
  watched?: readonly Watched[];
};

/** A look at which nothing was wrong, with the samples of the checks that tell what changed since. */
export type Good = Pick<Remembered, 'at' | 'samples'> & {
  /** The look that its rates were measured against; absent where none was kept, or for want of room. */
  rates?: Pick<Remembered, 'at' | 'samples'>;
};

/** What is remembered of a finding for the next notification; only scheduled and alarm looks count. */
export type Watched = {
  key: string;
  /** Looks in a row that met it. */
  seen: number;
  /** Looks in a row that missed it. */
  missed: number;
  /** True once a notification told of it. */
  told: boolean;
  /** What was told last, where the look missed it. */
  gone?: ReportedFinding;
};

export type Past = {
  /** The last scheduled or alarm report: what NEW, WORSE and resolved are measured against; it has no samples. */
  baseline?: Remembered;
  /** The youngest look that is at least 60 s old: what rates are measured against. */
  rates?: Remembered;
  /** The last good look; absent where there was none within 30 days. */
  good?: Good;
  /** What is muted, expected or of our own making; absent where nothing is kept. */
  quiet?: Quiet;
};

/** Enough of a finding to name it. */
export type KnownFinding = { key: string; severity: Severity };
