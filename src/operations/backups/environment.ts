import { emptyReport, worst, type Report } from '../../core/report.ts';

/** Pure: the targets of an environment, each with a line of its own. */
export function environmentBackups(subject: string, parts: readonly Report[], at: string): Report {
  const status = worst(parts.map((part) => part.status));
  const troubled = parts.filter((part) => ['critical', 'warning', 'unknown'].includes(part.status));
  const headline =
    troubled.length === 0
      ? `nothing is missing of what is asked for, on ${parts.length} targets`
      : `${troubled.length} of ${parts.length} targets need a look: ${troubled.map((part) => part.subject).join(', ')}`;
  return {
    ...emptyReport({ operation: 'backups', subject, status, headline, at }),
    // A list for each of many would be too long to read; each target has its own.
    parts: parts.map((part) => ({ ...part, tables: [], charts: [], text: [] })),
  };
}
