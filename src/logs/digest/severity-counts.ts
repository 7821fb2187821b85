import type { Severity } from '../severity.ts';

/** Counts entries by severity. */
export type SeverityCounts = { add(severity: Severity): void; counts(): Partial<Record<Severity, number>> };

export function createSeverityCounts(): SeverityCounts {
  const rest = new Map<Severity, number>();
  // Nearly every entry is one of these two, and asking a map for each would take longer than the rest of the count.
  let logs = 0;
  let details = 0;
  return {
    add(severity) {
      if (severity === 'LOG') logs++;
      else if (severity === 'DETAIL') details++;
      else rest.set(severity, (rest.get(severity) ?? 0) + 1);
    },
    counts: () => ({
      ...(logs > 0 && { LOG: logs }),
      ...(details > 0 && { DETAIL: details }),
      ...Object.fromEntries(rest),
    }),
  };
}
