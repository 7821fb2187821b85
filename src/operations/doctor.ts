import * as v from 'valibot';
import type { Finding } from '../core/finding.ts';
import { defineOperation, type TargetName } from '../core/operation.ts';
import { emptyReport, type Coverage, type Gap, type Report, type Status } from '../core/report.ts';
import { askRooms, lookSteps } from './health/ask.ts';
import { judge, type Judged } from './health/judge.ts';
import { checksOf, type Look } from './health/look.ts';
import { reachability } from './health/reachability.ts';

/** Which checks are blind on one target, and the exact statement or setting that opens each one's eyes. */
export const doctor = defineOperation({
  id: 'doctor',
  title: 'What the checks cannot see',
  why: 'Says of one target which checks are blind, and the exact GRANT or setting that mends each. It changes nothing.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({}),
  fields: [],
  examples: ['doctor shop-db'],
  steps: lookSteps,

  async run(context) {
    const [target] = context.targets;
    if (!target) return { refused: 'doctor looks at one target' };
    const looks = await askRooms(target, context);
    const limits = (check: string) => context.limits(target, check);
    const judged = judge(target, looks, limits, undefined, Date.parse(context.startedAt));
    return { done: doctorReport(target, looks.read, judged, context.startedAt) };
  },
});

/** Pure: what is in the way of the checks, what hides most of them first. */
export function doctorReport(target: TargetName, look: Look, { coverage }: Judged, at: string): Report {
  const silent = reachability(target, look);
  const blind = [
    ...causesOf(coverage.gaps).map((cause) => findingOf(cause, target)),
    ...unseenFindings(coverage, target),
  ];
  const status = statusOf(look, silent, blind);
  const { answered, asked, gaps } = coverage;
  const headline =
    gaps.length === 0 ? `all ${asked} checks can see` : `${answered} of ${asked} checks can see, ${gaps.length} cannot`;
  const findings = [...silent, ...blind].map((finding) => ({ ...finding, change: 'NEW' as const, since: at }));
  return {
    ...emptyReport({ operation: 'doctor', subject: target.name, status, headline, at }),
    findings,
    coverage,
    next: [{ label: 'Look now', operation: 'health', target: target.name, args: [], disruptive: false }],
  };
}

function statusOf(look: Look, silent: readonly Finding[], blind: readonly Finding[]): Status {
  const anyoneSpoke = look.members.some((member) => member.reached && member.role !== 'sentinel');
  if (!anyoneSpoke) return 'unknown';
  if (silent.some(({ severity }) => severity === 'critical')) return 'critical';
  if (silent.length > 0) return 'warning';
  return blind.length > 0 ? 'info' : 'healthy';
}

/** One thing in the way, and the checks that it hides. */
type Cause = { kind: Gap['kind']; reason: string; fix: string | undefined; checks: readonly string[] };

/** Pure: gaps by what is in the way, what hides most of them first. */
export function causesOf(gaps: readonly Gap[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { check, kind, reason, fix } of gaps) {
    const key = JSON.stringify([kind, fix ?? reason]);
    const { checks } = causes.get(key) ?? { checks: [] };
    causes.set(key, { kind, reason, fix, checks: [...checks, check] });
  }
  return [...causes.values()].toSorted((a, b) => b.checks.length - a.checks.length);
}

/** What nobody tells of servers of one's own is no gap of a check, and the config can still mend it. */
function unseenFindings({ unseen = [] }: Coverage, { name }: TargetName): Finding[] {
  return unseen.map((what) => ({
    key: 'doctor.unseen:machine',
    severity: 'info',
    sentence: `Nobody tells of the machines of ${name}. Unseen: ${what}.`,
    evidence: { unseen: what },
    next: `Set targets.${name}.machine in nightshift.yaml to a node_exporter or a Prometheus: docs/machines.md.`,
  }));
}

function findingOf({ kind, reason, fix, checks }: Cause, { engine }: TargetName): Finding {
  const titles = checks.map((id) => checksOf(engine).find((check) => check.id === id)?.title ?? id);
  const what = kind === 'skipped' ? 'cannot see' : 'gave no answer that can be trusted';
  return {
    key: `doctor.${kind}:${checks[0] ?? ''}`,
    severity: 'info',
    sentence: `${checks.length === 1 ? 'One check' : `${checks.length} checks`} ${what}: ${reason}. Hidden: ${titles.join('; ')}.`,
    evidence: { checks: [...checks], reason, fix: fix ?? null },
    next: fix === undefined ? 'Ask again; when it stays, look at the server itself.' : fix,
  };
}
