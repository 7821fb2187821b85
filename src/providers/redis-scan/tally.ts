import type { KeyGroup, KeyScan } from '../../targets/key-scan.ts';
import { parseInfo } from '../redis-info.ts';
import { pendingOf, type Pending } from './pending.ts';
import { commandsOf, type Answered, type Round } from './round.ts';

/** Where a scan stands: what is still to be asked, and what goes to those who count. */
export type Tally<G> = {
  readonly cursor: string;
  readonly gone: number;
  /** Keys of which one answer is missing. */
  readonly late: readonly Pending<G>[];
  named(found: { cursor: string; names: readonly string[] }, counts: boolean): Pending<G>[];
  nextRound(fresh: readonly Pending<G>[]): Round<G>;
  answered(answer: Answered<G>): void;
  /** Whether and when to go on, by the scan's own pace; once it said stop, that stands. */
  pace(): { goesOn: boolean; pauseMs: number };
  rested(): void;
};

export function createTally<G extends KeyGroup>(scan: KeyScan<G>): Tally<G> {
  let { cursor } = scan;
  let late: readonly Pending<G>[] = [];
  let [sent, named, gone, goesOn] = [0, 0, 0, true];
  let [workedSince, lookedAt] = [performance.now(), -Infinity];
  let info: string | undefined;
  return {
    get cursor() {
      return cursor;
    },
    get gone() {
      return gone;
    },
    get late() {
      return late;
    },
    named(found, counts) {
      cursor = found.cursor;
      named += found.names.length;
      return found.names.map((name) => pendingOf(name, scan.groupOf(name), counts));
    },
    nextRound(fresh) {
      const looks = performance.now() - lookedAt >= scan.lookEveryMs;
      if (looks) lookedAt = performance.now();
      const round = { late, fresh, looks };
      late = [];
      sent += 1 + commandsOf(round, scan);
      return round;
    },
    answered(answer) {
      late = [...late, ...answer.late];
      gone += answer.gone;
      info = answer.info;
      for (const { group, key } of answer.done) scan.see(group, key);
    },
    pace() {
      const now = performance.now();
      const look = {
        sent,
        named,
        roundMs: now - workedSince,
        ...(info === undefined ? {} : { info: parseInfo(info) }),
      };
      [workedSince, info] = [now, undefined];
      const decided = scan.pace(look);
      goesOn &&= decided !== 'stop';
      return { goesOn, pauseMs: decided === 'stop' ? 0 : decided.pauseMs };
    },
    rested() {
      workedSince = performance.now();
    },
  };
}
