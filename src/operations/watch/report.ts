import type { TargetName } from '../../core/operation.ts';
import { emptyReport, type Report, type ReportedFinding } from '../../core/report.ts';
import type { WriterSample, WritersSeen } from '../../core/writers.ts';

/** Pure: who takes the writes of one target, and what is wrong with that. */
export function partReport(target: TargetName, seen: WritersSeen, findings: readonly ReportedFinding[]): Report {
  const { at, writers, unreached, unread } = seen;
  const about = { operation: 'watch', subject: target.name, at };
  const isUnsure = writers.length === 0 || unreached.length > 0 || unread !== undefined;
  const status = findings.length > 0 ? 'critical' : isUnsure ? 'unknown' : 'healthy';
  const silent = unreached.length > 0 ? `; ${unreached.join(' and ')} did not answer` : '';
  const unknown = unread === undefined ? '' : `; ${unread}`;
  const report = emptyReport({ ...about, status, headline: `${headlineOf(writers, findings)}${silent}${unknown}` });
  const facts = [
    ...writers.map((one) => ({ label: `${one.member} takes writes`, value: positionOf(one) })),
    ...beatFacts(seen),
    ...seen.leads
      .filter(({ pointer }) => pointer)
      .map(({ through, to, member }) => ({
        label: `${through} says`,
        value: member === null ? to : `${member} (${to})`,
      })),
  ];
  return { ...report, findings, facts };
}

function beatFacts({ writers, missed }: WritersSeen): Report['facts'] {
  if (missed !== undefined) return [{ label: 'Canary (!)', value: `not written: ${missed}` }];
  const [beat] = writers.flatMap(({ heartbeat }) => heartbeat ?? []);
  return beat ? [{ label: 'Canary', value: `written at ${beat.at.slice(11, 19)} UTC` }] : [];
}

function headlineOf(writers: readonly WriterSample[], findings: readonly ReportedFinding[]): string {
  const has = (check: string) => findings.some(({ key }) => key.split(':')[0] === check);
  const names = writers.map(({ member }) => member).join(' and ');
  if (has('watch.two-writers')) return `two writers: ${names} both take writes`;
  if (has('watch.former-primary')) return `${names} takes writes with an old history`;
  if (has('watch.fence-open') && !has('watch.pointer')) return 'clients come in, though they were to be kept away';
  if (findings.length > 0) return `clients are sent elsewhere than to ${names}`;
  return names === '' ? 'no server that answers takes writes, or each has its own part' : `${names} takes the writes`;
}

function positionOf({ position, timeline }: WriterSample): string {
  return timeline === null ? `offset ${position}` : `timeline ${timeline}, ${position}`;
}
