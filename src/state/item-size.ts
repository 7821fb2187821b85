import { Fault } from '../core/errors.ts';
import type { Remembered } from '../core/operation.ts';
import type { Report } from '../core/report.ts';

/** An item of DynamoDB ends at 400 KB, names and keys included; the rest is for those. */
export const largestBodyBytes = 380 * 1024;

/** The look as it fits into one item. */
export function fittingLook(look: Remembered): { look: Remembered; samplesDropped?: true } {
  if (fits(look)) return { look };
  const withoutSamples = { ...look, samples: {} };
  if (fits(withoutSamples)) return { look: withoutSamples, samplesDropped: true };
  const findings = look.findings.map((finding) => ({ ...finding, evidence: null }));
  return { look: whole({ ...withoutSamples, findings }, 'look'), samplesDropped: true };
}

/** The report as it fits into one item: charts and tables go first, then the evidence of findings. */
export function fittingReport(report: Report): Report {
  if (fits(report)) return report;
  const plain = withoutPictures(report);
  const noted = { ...plain, text: [...plain.text, 'Charts and tables of this report were too large to be kept.'] };
  return fits(noted) ? noted : whole(withoutEvidence(noted), 'report');
}

function withoutPictures(report: Report): Report {
  return { ...report, charts: [], tables: [], parts: report.parts.map(withoutPictures) };
}

function withoutEvidence(report: Report): Report {
  const findings = report.findings.map((finding) => ({ ...finding, evidence: null }));
  return { ...report, findings, parts: report.parts.map(withoutEvidence) };
}

function whole<T>(value: T, what: string): T {
  if (fits(value)) return value;
  throw new Fault('invalid_request', `The ${what} has more findings than fit into one item of the state table.`);
}

function fits(value: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(value)) <= largestBodyBytes;
}
