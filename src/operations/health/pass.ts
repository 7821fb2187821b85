import type { Finding } from '../../core/finding.ts';
import type { Past, RunContext, Steps, TargetName } from '../../core/operation.ts';
import type { Hysteresis, Quiet } from '../../core/quiet.ts';
import { evaluate, type Audience, type Evaluated } from './evaluate.ts';
import { judge, type Judged } from './judge.ts';
import { checksOf, type Look } from './look.ts';
import { stillNear } from './near.ts';

/** One look at a target, judged, and what of it a reader is to hear. */
export type Pass = { target: TargetName; look: Look; past: Past; judged: Judged; evaluated: Evaluated; at: string };

export type PassInput = Pick<Pass, 'target' | 'look' | 'past' | 'at'> & {
  context: Pick<RunContext<Steps>, 'trigger' | 'limits' | 'hysteresis'>;
  /** The look of the same run before this one. */
  first?: Pass;
};

/** Two looks in a row to tell, three to say that it is over: research and the complaints of on-call engineers agree on these. */
const USUAL: Hysteresis = { fireAfter: 2, clearAfter: 3 };
const NOTHING: Quiet = { mutes: [], windows: [], acts: [] };

/** Pure: judges a look and decides what is told of it. */
export function pass({ target, look, past, context, at, first }: PassInput): Pass {
  const nowMs = Date.parse(at);
  const limits = (check: string) => context.limits(target, check);
  const rates = first ? { at: first.at, samples: first.judged.samples, findings: [] } : past.rates;
  const judged = judge(target, { read: look }, limits, rates, nowMs);
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
  return { target, look, past, judged, evaluated, at };
}

/** A member that is away is told of at once, whatever its severity: there is one copy less, and the next failure counts. */
function cannotWait(finding: Finding, checks: ReturnType<typeof checksOf>): boolean {
  if (finding.key.includes('.reachable:')) return true;
  const check = checks.find(({ id }) => finding.key.startsWith(`${id}:`));
  return finding.severity === 'critical' && check?.cannotWait !== undefined;
}

/** An alarm that says OK has seen nothing wrong; its report is like a scheduled one. */
function audienceOf(trigger: PassInput['context']['trigger']): Audience {
  if (trigger.kind === 'alarm') return trigger.state === 'ALARM' ? 'alarm' : 'schedule';
  return trigger.kind === 'schedule' ? 'schedule' : 'person';
}
