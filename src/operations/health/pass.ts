import type { BackupsSeen } from '../../core/backups-seen.ts';
import type { Finding } from '../../core/finding.ts';
import type { Json } from '../../core/json.ts';
import type { RunContext, Steps, TargetName } from '../../core/operation.ts';
import type { Past, Remembered } from '../../core/past.ts';
import type { Hysteresis, Quiet } from '../../core/quiet.ts';
import { withBackups } from './backups.ts';
import { evaluate, type Audience, type Evaluated } from './evaluate.ts';
import { judge, type Judged, type Looks } from './judge.ts';
import { checksOf, type Look } from './look.ts';
import { stillNear } from './near.ts';

/** One look at a target, judged, and what of it a reader is to hear. */
export type Pass = {
  target: TargetName;
  look: Look;
  past: Past;
  judged: Judged;
  evaluated: Evaluated;
  at: string;
  /** The look that its rates are measured against. */
  rates: Remembered | undefined;
};

export type LookInput = Pick<Pass, 'target' | 'look' | 'past' | 'at'> & {
  /** What was answered of the cloud and of the machines. */
  beside?: Omit<Looks, 'read'>;
  /** What the stores have of its backups, where a policy asks for some. */
  backups?: BackupsSeen | undefined;
  context: Pick<RunContext<Steps>, 'trigger' | 'limits' | 'hysteresis'>;
  /** The look of the same run before this one. */
  first?: Pass;
};
export type PassInput = LookInput & Pick<Pass, 'judged'>;

/** Two looks in a row to tell, three to say that it is over: research and the complaints of on-call engineers agree on these. */
const USUAL: Hysteresis = { fireAfter: 2, clearAfter: 3 };
const NOTHING: Quiet = { mutes: [], windows: [], acts: [] };

/** Pure: judges a look. */
export function judgedOf(input: LookInput): Judged {
  const { target, look, beside, backups, at } = input;
  const judged = judge(target, { read: look, ...beside }, limitsOf(input), ratesOf(input), Date.parse(at));
  return backups ? withBackups(judged, backups) : judged;
}

/** Pure: decides what is told of a look. */
export function pass(input: PassInput): Pass {
  const { target, look, past, context, at, first, judged } = input;
  const [nowMs, limits, rates] = [Date.parse(at), limitsOf(input), ratesOf(input)];
  const checks = checksOf(target.engine);
  const evaluated = evaluate({
    findings: judged.findings,
    answered: judged.answered,
    baseline: past.baseline,
    quiet: past.quiet ?? NOTHING,
    at,
    audience: audienceOf(context.trigger),
    metBefore: new Set(first?.judged.findings.map(({ key }) => key)),
    hysteresis: (check) => ({
      ...USUAL,
      ...checks.find(({ id }) => id === check)?.hysteresis,
      ...context.hysteresis(target, check),
    }),
    cannotWait: (finding) => cannotWait(finding, checks),
    stillNear: (gone) => stillNear(gone, { target, judged, limits, rates, nowMs }),
  });
  return { target, look, past, judged, evaluated, at, rates };
}

function limitsOf({ target, context }: LookInput): (check: string) => Json {
  return (check) => context.limits(target, check);
}

/** Within a run the look before is the nearer one. */
function ratesOf({ first, past }: LookInput): Remembered | undefined {
  return first ? { at: first.at, samples: first.judged.samples, findings: [] } : past.rates;
}

/** A member that is away is told of at once, whatever its severity: there is one copy less, and the next failure counts. */
function cannotWait(finding: Finding, checks: ReturnType<typeof checksOf>): boolean {
  if (finding.key.includes('.reachable:')) return true;
  const check = checks.find(({ id }) => finding.key.startsWith(`${id}:`));
  return finding.severity === 'critical' && check?.cannotWait !== undefined;
}

/** An alarm that says OK has seen nothing wrong; its report is like a scheduled one. */
export function audienceOf(trigger: PassInput['context']['trigger']): Audience {
  if (trigger.kind === 'alarm') return trigger.state === 'ALARM' ? 'alarm' : 'schedule';
  return trigger.kind === 'schedule' ? 'schedule' : 'person';
}
