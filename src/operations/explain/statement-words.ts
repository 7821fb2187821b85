import type { Counted } from './evidence.ts';
import type { Entry, FoundStatements } from './find-statement.ts';
import type { Why } from './why-types.ts';

/** Nothing is known yet, but why there is no plan. */
export function emptyWhy(id: string, noPlan: Why['noPlan']): Why {
  return {
    id,
    text: '',
    database: null,
    counted: null,
    plan: null,
    noPlan,
    reasons: [],
    advice: [],
    notes: [],
    matches: [],
  };
}

/** The calls of several ways to run the same statement, as one; the deviation is of the one that took most time. */
export function countedOf(entries: readonly Entry[]): Counted {
  const sum = (of: (entry: Entry) => number) => entries.reduce((total, entry) => total + of(entry), 0);
  const calls = sum((entry) => entry.calls);
  const perCall = (of: (entry: Entry) => number) => Math.round((sum(of) / Math.max(1, calls)) * 100) / 100;
  return {
    calls,
    totalMs: Math.round(sum((entry) => entry.totalMs) * 10) / 10,
    meanMs: perCall((entry) => entry.totalMs),
    rowsPerCall: perCall((entry) => entry.rows),
    readBlocksPerCall: perCall((entry) => entry.readBlocks),
    hitBlocksPerCall: perCall((entry) => entry.hitBlocks),
    temporaryBlocksPerCall: perCall((entry) => entry.temporaryBlocks),
    deviationMs: entries[0]?.deviationMs ?? 0,
  };
}

/** Why nothing was found, as honestly as the server lets us know. */
export function noPlanOf({ hidden, lost }: Extract<FoundStatements, { entries: unknown }>): NonNullable<Why['noPlan']> {
  if (lost > 0) {
    return {
      reason: `pg_stat_statements lost the texts of ${lost} statements (its file of texts could not be kept), and it may be one of them`,
      fix: null,
    };
  }
  if (hidden > 0)
    return {
      reason: `the texts of ${hidden} statements are hidden from our role`,
      fix: 'GRANT pg_monitor TO nightshift_read;',
    };
  return {
    reason:
      'pg_stat_statements does not know it: it has not run since statistics were reset, was pushed out by others, or runs inside of a function',
    fix: null,
  };
}
