import { ADA, BEN, EXPIRES_MS, plans } from './acting-moves.ts';

/**
 * Somebody who sees when each thing began and ended, and knows nothing of the code. Where two things overlap either order may be
 * right; only what had ended before the room was called counts against it.
 */
export type Watcher = {
  began(what: string): number;
  ended(what: string): void;
  /** The room is called with a plan: a witness of what must not be done. */
  called(hash: number, nowMs: number): Called;
  /** Why it must not have been done, undefined where it may. */
  struck(call: Called, value: string): string | undefined;
  strikes(): number;
};

type Called = { plan: number; atTick: number; nowMs: number; usedBefore: boolean };
type Span = { what: string; beganTick: number; endedTick: number };

export function watch(): Watcher {
  const begun: { what: string; tick: number }[] = [];
  const spans: Span[] = [];
  const done: string[] = [];
  let tick = 0;
  const lastBegin = (what: string) => begun.findLast((one) => one.what === what)?.tick ?? -1;
  /** What had ended by then, and was not begun to be undone since. */
  const stands = (what: string, undo: string, byTick: number) =>
    spans.some((one) => one.what === what && one.endedTick < byTick && lastBegin(undo) < one.beganTick);
  const whyNot = ({ plan, atTick, nowMs, usedBefore }: Called, value: string) => {
    const rules: readonly (readonly [boolean, string])[] = [
      [done.includes(value) || done.length > 0, 'it was done already'],
      [JSON.stringify(plans[plan]?.args) !== JSON.stringify({ value }), 'it is not what the plan says'],
      [[ADA, BEN].some((who) => lastBegin(`yes of ${who} to ${plan}`) < 0), 'not both have said yes'],
      [stands('no', 'nothing undoes it', atTick), 'somebody had said no'],
      [stands('freeze', 'unfreeze', atTick), 'it was frozen'],
      [stands('given up', 'nothing undoes it', atTick), 'it was given up'],
      [stands(`plan ${1 - plan}`, `plan ${plan}`, atTick), 'the plan had changed'],
      [stands('lock of another', 'bind', atTick), 'the lock had passed on'],
      [nowMs >= EXPIRES_MS && !usedBefore, 'it had expired'],
    ];
    return rules.find(([holds]) => holds)?.[1];
  };
  return {
    began: (what) => {
      begun.push({ what, tick: (tick += 1) });
      return tick;
    },
    ended: (what) => void spans.push({ what, beganTick: lastBegin(what), endedTick: (tick += 1) }),
    called: (plan, nowMs) => ({ plan, atTick: (tick += 1), nowMs, usedBefore: done.length > 0 }),
    struck: (call, value) => {
      const why = whyNot(call, value);
      done.push(value);
      return why;
    },
    strikes: () => done.length,
  };
}
