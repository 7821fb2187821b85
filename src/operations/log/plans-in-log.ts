import type { LoggedPlan } from '../../core/statement.ts';
import { placesOfPlan } from '../../logs/digest/plans.ts';
import { createNormaliser } from '../../logs/normalise/statement.ts';
import { drawJsonPlan, drawTextPlan, type DrawnPlan } from './logged-plan.ts';

/** What is read of the plans that auto_explain logs: of each statement the last two that differ. */
export type PlansInLog = {
  /** Takes a message of level LOG; `timeOf` gives its ISO time, which few need. */
  add(bytes: Buffer, message: number, end: number, timeOf: () => string): void;
  /** The statements whose plans took longest, oldest plan first; `member` is whose log it is. */
  plans(member: string): LoggedPlan[];
};

/** An answer of a room has an end, and nobody asks for the plan of the twenty-first. */
const MOST_STATEMENTS = 20;
const MOST_KEPT = 2_000;
/** auto_explain may log every call; so many of one statement in a reading say all that there is to say. */
const MOST_DRAWN = 200;
const LONGEST_BYTES = 64 * 1024;
const FIRST_LETTER = 'd'.charCodeAt(0);

type Known = { drawn: number; slowestMs: number; plans: Omit<LoggedPlan, 'member'>[] };

export function collectPlans(): PlansInLog {
  const normaliser = createNormaliser();
  const known = new Map<string, Known>();
  return {
    add(bytes, message, end, timeOf) {
      const durationMs = planMs(bytes, message, end);
      if (durationMs === undefined || end - message > LONGEST_BYTES) return;
      const found = foundIn(bytes, message, end);
      if (!found) return;
      const shape = normaliser.fold(found.bytes, found.start, found.end).toString(16).padStart(14, '0');
      const one = known.get(shape) ?? { drawn: 0, slowestMs: 0, plans: [] };
      if (known.size >= MOST_KEPT || one.drawn >= MOST_DRAWN) return;
      const drawn = found.draw();
      if (!drawn) return;
      const at = timeOf();
      known.set(shape, one);
      one.drawn += 1;
      one.slowestMs = Math.max(one.slowestMs, durationMs);
      note(one, { shape, ...drawn, firstAt: at, lastAt: at, slowestMs: durationMs });
    },
    plans: (member) =>
      [...known.values()]
        .toSorted((a, b) => b.slowestMs - a.slowestMs)
        .slice(0, MOST_STATEMENTS)
        .flatMap(({ plans }) => plans.map((plan) => ({ ...plan, member }))),
  };
}

/** `duration: 8.125 ms  plan:`; undefined for any other message. https://www.postgresql.org/docs/current/auto-explain.html */
function planMs(bytes: Buffer, message: number, end: number): number | undefined {
  if (bytes[message] !== FIRST_LETTER) return undefined;
  const [, ms] =
    /^duration: ([\d.]+) ms {2}plan:/.exec(bytes.toString('latin1', message, Math.min(end, message + 48))) ?? [];
  return ms === undefined ? undefined : Number(ms);
}

/** The last two that differ stay; of the same plan the slowest call is drawn. */
function note(known: Known, plan: Omit<LoggedPlan, 'member'>): void {
  const last = known.plans.at(-1);
  if (last?.hash !== plan.hash) known.plans = [...known.plans.slice(-1), plan];
  else {
    const slower = plan.slowestMs > last.slowestMs ? plan : last;
    known.plans = [...known.plans.slice(0, -1), { ...slower, firstAt: last.firstAt, lastAt: plan.lastAt }];
  }
}

type Found = { bytes: Buffer; start: number; end: number; draw(): DrawnPlan | undefined };

function foundIn(bytes: Buffer, message: number, end: number): Found | undefined {
  const places = placesOfPlan(bytes, message, end);
  if (places) {
    const draw = () => drawTextPlan(bytes.toString('utf8', places.plan, end));
    return { bytes, start: places.statement, end: places.statementEnd, draw };
  }
  return foundInJson(bytes.toString('utf8', message, end));
}

function foundInJson(message: string): Found | undefined {
  try {
    const { 'Query Text': text, Plan: plan } = JSON.parse(message.slice(message.indexOf('{'))) as Record<
      string,
      unknown
    >;
    if (typeof text !== 'string') return undefined;
    const bytes = Buffer.from(text);
    return { bytes, start: 0, end: bytes.length, draw: () => drawJsonPlan(plan) };
  } catch {
    return undefined;
  }
}
