import { bytesText, countText, listText, percentText } from '../../checks/wording.ts';
import type { TargetName } from '../../core/operation.ts';
import { emptyReport, worst, type Coverage, type Fact, type Gap, type Report } from '../../core/report.ts';
import { estimate, ratio, type Estimates } from './estimate.ts';
import { findingsOf } from './findings.ts';
import type { NodeLook } from './look-at-node.ts';
import type { KeyNodes } from './nodes.ts';
import { expiryCells, serverText, tablesOf } from './tables.ts';

/** Pure: what was seen of the keys of one target. */
export function keysReport(
  target: TargetName,
  looks: readonly NodeLook[],
  silent: KeyNodes['silent'],
  at: string,
): Report {
  const seen = estimate(looks.flatMap(({ node, slices }) => (slices.length > 0 ? [{ node, slices }] : [])));
  const findings = findingsOf(seen).map((finding) => ({ ...finding, change: 'NEW' as const, since: at }));
  const gaps = [...looks.flatMap(gapsOf), ...silent.map(silentGap)];
  const isBlind = seen.nodes.length === 0 || (seen.seen === 0 && seen.keys > 0);
  const status = isBlind ? 'unknown' : worst(['info', ...findings.map(({ severity }) => severity)]);
  const about = { operation: 'keys', subject: target.name, status, at } as const;
  const headline = isBlind ? blindText(gaps) : headlineOf(seen, looks);
  const report = { ...emptyReport({ ...about, headline }), next: nextOf(target, seen, isBlind) };
  if (isBlind) return { ...report, coverage: coverageOf(looks, silent, gaps) };
  return {
    ...report,
    findings,
    facts: factsOf(seen, looks),
    tables: tablesOf(seen),
    ...(gaps.length > 0 ? { coverage: coverageOf(looks, silent, gaps) } : {}),
  };
}

function coverageOf(looks: readonly NodeLook[], silent: KeyNodes['silent'], gaps: readonly Gap[]): Coverage {
  const asked = Math.max(1, looks.length + silent.length);
  return { asked, answered: Math.max(0, asked - Math.max(1, gaps.length)), gaps };
}

function gapsOf({ node, problem }: NodeLook): Gap[] {
  if (!problem) return [];
  const check = `keys of ${serverText(node)}`;
  return 'fix' in problem
    ? [{ check, kind: 'skipped', reason: problem.reason, fix: problem.fix }]
    : [{ check, kind: 'unreliable', reason: problem.reason }];
}

function silentGap({ member, reason }: KeyNodes['silent'][number]): Gap {
  return { check: `keys of ${member}`, kind: 'unreliable', reason: `${member} does not answer: ${reason}` };
}

function blindText(gaps: readonly Gap[]): string {
  const [first] = gaps;
  return `its keys could not be looked at: ${first?.reason ?? 'no server answered'}`;
}

/** How much, in how many, and how sure: the sentence that counts when nothing else is read. */
function headlineOf(seen: Estimates, looks: readonly NodeLook[]): string {
  if (seen.keys === 0) return 'it holds no keys';
  const about = seen.isComplete ? '' : 'about ';
  const amount = `${about}${bytesText(seen.bytes.value)} in ${countText(seen.keys, 'key')} of ${countText(seen.patterns.length, 'pattern')}`;
  const [first] = seen.patterns;
  const most = first ? `; ${first.pattern} holds ${percentText(first.share.value)} of it` : '';
  return `${amount}${most}; ${lookedText(seen, looks)}`;
}

function lookedText(seen: Estimates, looks: readonly NodeLook[]): string {
  if (seen.isComplete) return 'every key was looked at';
  const part = `looked at ${partText(ratio(seen.seen, seen.keys))} of the keys`;
  const why = [...new Set(looks.flatMap(({ ended }) => (ended === null ? [] : [ended])))];
  return why.length === 0 ? `${part} as a sample` : `${part}, then ${why.join(' and ')}`;
}

function partText(part: number): string {
  return part < 0.1 ? percentText(part, 1) : percentText(part);
}

function factsOf(seen: Estimates, looks: readonly NodeLook[]): Fact[] {
  const expiry = Object.entries(expiryCells(seen.all)).flatMap(([label, share]) =>
    share === null ? [] : [`${label} ${share}`],
  );
  const slices = looks.flatMap((look) => look.slices);
  return [
    { label: 'Keys', value: seen.keys.toLocaleString('en-US') },
    {
      label: 'Looked at',
      value: `${seen.seen.toLocaleString('en-US')} (${partText(ratio(seen.seen, Math.max(1, seen.keys)))})`,
    },
    ...memoryFacts(seen, looks),
    ...(expiry.length > 0 ? [{ label: 'Expiry', value: expiry.join(' · ') }] : []),
    { label: 'Read from', value: readFrom(looks) },
    { label: 'Cost', value: costText(looks) },
    { label: 'Hot keys', value: hotText(looks) },
    ...(slices.some((slice) => !slice.membersCounted) ? [{ label: 'Members', value: UNCOUNTED }] : []),
  ];
}

const UNCOUNTED =
  'not counted: without CLIENT NO-TOUCH (Redis 7.2, +client|no-touch) counting is a use, and would mislead the eviction of this primary';

/** A few big keys hold what no sample of this size meets: what the server says of its data stands beside it. */
function memoryFacts(seen: Estimates, looks: readonly NodeLook[]): Fact[] {
  const width = seen.isComplete
    ? ''
    : ` ± ${bytesText(seen.bytes.plusMinus)} (95 %, but for big keys that the sample missed)`;
  const servers = new Map(looks.map(({ node }) => [node.member, node.dataBytes]));
  const dataBytes = [...servers.values()].reduce((sum, bytes) => sum + bytes, 0);
  return [
    { label: 'Memory of the keys', value: `${bytesText(seen.bytes.value)}${width}` },
    ...(dataBytes > 0 ? [{ label: 'Data set by INFO', value: bytesText(dataBytes) }] : []),
  ];
}

function costText(looks: readonly NodeLook[]): string {
  const slices = looks.flatMap((look) => look.slices);
  const total = (what: 'seconds' | 'cpuSeconds') => slices.reduce((sum, slice) => sum + slice[what], 0);
  return `${total('seconds').toFixed(1)} s, of the server about ${total('cpuSeconds').toFixed(1)} s of processor time`;
}

function readFrom(looks: readonly NodeLook[]): string {
  const servers = new Map(looks.map(({ node }) => [node.member, node]));
  return listText(
    [...servers.values()].map(({ member, role, why }) => `${member} (${role}${why === null ? '' : `, ${why}`})`),
    4,
  );
}

function hotText(looks: readonly NodeLook[]): string {
  const policies = [...new Set(looks.map(({ node }) => node.policy))];
  if (!policies.every((policy) => policy.includes('lfu'))) {
    return `unknown: maxmemory-policy is ${listText(policies)}, only an lfu policy counts uses`;
  }
  return looks.some(({ node }) => node.role === 'replica')
    ? 'as the replica counts them: writes, and reads that were sent to it'
    : 'by the LFU counters of the primary';
}

function nextOf(target: TargetName, seen: Estimates, isBlind: boolean): Report['next'] {
  const about = { target: target.name, disruptive: false };
  return [
    ...(seen.isComplete || isBlind
      ? []
      : [{ ...about, label: 'Look at every key', operation: 'keys', args: ['full'] }]),
    { ...about, label: 'Health report', operation: 'health', args: [] },
  ];
}
