import type { Report } from '../../core/report.ts';

/** What the reports of one environment may have together while they are few. */
const TOGETHER_BYTES = 400_000;
/** Twenty-five of these fit into the answer of one execution (256 KB). */
const LEAST_BYTES = 8_000;

/** How large the report of one target may be among so many, in bytes of JSON. */
export function partBytes(targets: number): number {
  return Math.max(LEAST_BYTES, Math.floor(TOGETHER_BYTES / Math.max(1, targets)));
}

/**
 * Pure: a target's report as one of many. What is too large loses its charts and tables, then its evidence, then its last
 * findings, and says so; all of it stands in the report of the target alone.
 */
export function fittingPart(report: Report, mostBytes: number): Report {
  if (bytesOf(report) <= mostBytes) return report;
  const plain: Report = { ...report, charts: [], tables: [], text: [...report.text, leftOut(report)] };
  if (bytesOf(plain) <= mostBytes) return plain;
  const bare = withoutEvidence(plain);
  let kept = bare.findings.length;
  while (kept > 0 && bytesOf(first(bare, kept)) > mostBytes) kept = Math.floor(kept / 2);
  return kept > 0 ? first(bare, kept) : { ...first(bare, 0), facts: [], resolved: [], next: [], held: [] };
}

function withoutEvidence(report: Report): Report {
  const findings = report.findings.map((finding) => ({ ...finding, evidence: null }));
  const held = report.held?.map((finding) => ({ ...finding, evidence: null }));
  return { ...report, findings, ...(held === undefined ? {} : { held }) };
}

/** Worst first, so the last ones are the least. */
function first(report: Report, count: number): Report {
  return count === report.findings.length ? report : { ...report, findings: report.findings.slice(0, count) };
}

function leftOut({ operation, subject }: Report): string {
  return `Shortened among many targets: ask for ${operation} ${subject} alone.`;
}

function bytesOf(report: Report): number {
  return Buffer.byteLength(JSON.stringify(report));
}
