import { bytesText, durationText } from '../../checks/wording.ts';
import { toolTitles, type BackupToolName, type ToolMade } from '../../core/backup-tool.ts';
import type { Finding } from '../../core/finding.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, worst, type Report } from '../../core/report.ts';

/** Pure: what the tool's catalogue has now. Nobody has read it back: that is what a restore is for. */
export function toolReport(target: TargetName, tool: BackupToolName, made: ToolMade, at: string): Report {
  const { label, kind, store, sizeBytes, plainBytes, timeline, startLsn, stopLsn } = made;
  const seconds = Math.max(1, (Date.parse(made.endedAt) - Date.parse(made.startedAt)) / 1000);
  const findings = damagedOf(target, tool, made);
  const headline = `${kind} backup ${label} by ${toolTitles[tool]}: ${bytesText(plainBytes)} in ${durationText(seconds)}, ${bytesText(sizeBytes)} stored in ${store}; nobody has read it back`;
  const status = worst(['healthy', ...findings.map(({ severity }) => severity)]);
  return {
    ...emptyReport({ operation: 'backup', subject: target.name, status, headline, at }),
    findings: findings.map((finding) => ({ ...finding, change: 'NEW', since: at })),
    facts: [
      { label: 'Made by', value: toolTitles[tool] },
      { label: 'Kept in', value: store },
      { label: 'Own WAL', value: `${startLsn} to ${stopLsn}, timeline ${timeline}` },
    ],
    next: [{ label: 'All backups', operation: 'backups', target: target.name, args: [], disruptive: false }],
  };
}

function damagedOf(target: TargetName, tool: BackupToolName, { label, problems }: ToolMade): Finding[] {
  const [first] = problems;
  if (first === undefined) return [];
  return [
    {
      key: 'backup.broken-pages',
      severity: 'critical',
      sentence: `${toolTitles[tool]} says of ${label}: ${first}.`,
      evidence: [...problems],
      next: `Keep the backups from before it (\`/db backups ${target.name}\`), and look into the log of ${toolTitles[tool]} for which file it is.`,
    },
  ];
}
