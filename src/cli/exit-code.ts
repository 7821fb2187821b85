import type { Outcome } from '../core/outcome.ts';
import type { Report } from '../core/report.ts';

/** What a script can tell from the end of the program, documented in docs/terminal.md. */
export const exitCodes = { ok: 0, warning: 1, critical: 2, couldNotLook: 3, usage: 64 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A request that the caller can mend is a usage error; whatever else was refused or broke could not look. */
export function exitCodeOf(outcome: Outcome): ExitCode {
  if ('done' in outcome) return exitCodeOfReport(outcome.done);
  return 'failed' in outcome && outcome.code === 'invalid_request' ? exitCodes.usage : exitCodes.couldNotLook;
}

/** Of several targets a critical one counts most: what could not be looked at must not hide what burns. */
export function exitCodeOfReport(report: Report): ExitCode {
  const statuses = report.parts.length > 0 ? report.parts.map(({ status }) => status) : [report.status];
  if (statuses.includes('critical')) return exitCodes.critical;
  if (statuses.includes('unknown')) return exitCodes.couldNotLook;
  return statuses.includes('warning') ? exitCodes.warning : exitCodes.ok;
}
