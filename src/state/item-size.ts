import { Fault } from '../core/errors.ts';
import type { Good, Remembered } from '../core/past.ts';
import { emptyReport, type Report } from '../core/report.ts';

/** An item of DynamoDB ends at 400 KB, names and keys included; the rest is for those. */
export const largestBodyBytes = 380 * 1024;

/** It is read with two other looks in one step, whose answer is a checkpoint of 256 KB: more than this helps nobody. */
const largestGoodBytes = 96 * 1024;

/** The good look as it is kept, without its rates where it is too large; undefined where even so it is. */
export function fittingGood(good: Good): Good | undefined {
  const { rates: _rates, ...alone } = good;
  return [good, alone].find((one) => bytesOf(one) <= largestGoodBytes);
}

/** The look as it fits into one item. */
export function fittingLook(look: Remembered): { look: Remembered; samplesDropped?: true } {
  if (fits(look)) return { look };
  const withoutSamples = { ...look, samples: {} };
  if (fits(withoutSamples)) return { look: withoutSamples, samplesDropped: true };
  const findings = look.findings.map((finding) => ({ ...finding, evidence: null }));
  return { look: whole({ ...withoutSamples, findings }, 'look'), samplesDropped: true };
}

/**
 * The report as it fits into one item: charts and tables go first, then the evidence of findings, then what the parts say
 * beside their status, at last the least parts. What was left out is said in the report.
 */
export function fittingReport(report: Report): Report {
  if (fits(report)) return report;
  const plain = withNote(withoutPictures(report), 'Charts and tables of this report were too large to be kept.');
  if (fits(plain)) return plain;
  const bare = withoutEvidence(plain);
  if (fits(bare) || bare.parts.length === 0) return whole(bare, 'report');
  const short = { ...bare, parts: bare.parts.map(headOf) };
  return fits(short) ? short : whole(withFewerParts(short), 'report');
}

function withNote(report: Report, note: string): Report {
  return { ...report, text: [...report.text, note] };
}

/** A part as its line alone; the whole of it is kept under its own target. */
function headOf({ operation, subject, status, headline, at }: Report): Report {
  return emptyReport({ operation, subject, status, headline, at });
}

/** Parts stand worst first, so the last ones are the least. */
function withFewerParts(report: Report): Report {
  let count = report.parts.length;
  for (;;) {
    const left = report.parts.length - count;
    const fewer = withNote(
      { ...report, parts: report.parts.slice(0, count) },
      `${left} more targets were not kept here.`,
    );
    if (count === 0 || fits(fewer)) return fewer;
    count = Math.floor(count / 2);
  }
}

function withoutPictures(report: Report): Report {
  return { ...report, charts: [], tables: [], parts: report.parts.map(withoutPictures) };
}

function withoutEvidence(report: Report): Report {
  const findings = report.findings.map((finding) => ({ ...finding, evidence: null }));
  const held = report.held?.map((finding) => ({ ...finding, evidence: null }));
  return { ...report, findings, ...(held === undefined ? {} : { held }), parts: report.parts.map(withoutEvidence) };
}

function whole<T>(value: T, what: string): T {
  if (fits(value)) return value;
  throw new Fault('invalid_request', `The ${what} has more findings than fit into one item of the state table.`);
}

function fits(value: unknown): boolean {
  return bytesOf(value) <= largestBodyBytes;
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
