import type {
  CloudSwitchoverEnd,
  CloudSwitchoverOrder,
  CloudSwitchoverResult,
  UnderWay,
} from '../../../targets/cloud-switchover.ts';
import type { GroupAnswer } from './carry-on.ts';
import type { GroupJournal, OrderName } from './journal.ts';
import { isPutBack, leftFor, type GroupEnd, type GroupMove } from './next-move.ts';
import type { GroupSeen } from './seen.ts';

/** What one look led to. */
export type Carried = { move: GroupMove; journal: GroupJournal; answer?: GroupAnswer };

/** Pure: it was not begun, or nothing of it is left. */
export function notDone(why: string): CloudSwitchoverEnd {
  return { ...NOTHING, ended: 'rolled-back', why, lost: 'none' };
}

/** Pure: what a move means to whoever waits for the end. `seen` null: AWS does not answer. */
export function groupResult(
  order: CloudSwitchoverOrder,
  { move, journal, answer }: Carried,
  seen: GroupSeen | null,
  nowMs: number,
): CloudSwitchoverResult {
  if (move.move === 'order') return { ended: 'under-way', phase: ordered(journal, move.order, answer) };
  if (move.move === 'wait') return { ended: 'under-way', phase: `Waits for ${move.for}.` };
  return endOf(order, { ...move, journal }, seen, nowMs);
}

/** Pure: of a step that wrote nothing down, or of which somebody said that he has looked: nothing is ordered for it any more. */
export function unwrittenResult(
  order: CloudSwitchoverOrder,
  journal: GroupJournal,
  seen: GroupSeen | null,
): CloudSwitchoverResult {
  if (seen === null) return UNANSWERED;
  const isWhole = seen.status === 'available' && isPutBack(journal, seen);
  if (isWhole && seen.primary === journal.from) return notDone('It was cut off, and nothing of it is left.');
  const end = { why: null, left: [], journal };
  if (isWhole && seen.primary === journal.to) return endOf(order, { ...end, ended: 'switched' }, seen, 0);
  const touched: GroupJournal = { ...journal, orders: [{ order: 'switch-off', atMs: 0 }] };
  const why = `Nothing more is ordered for it, and ${standing(seen)}`;
  return endOf(order, { ...end, ended: 'needs-a-human', why, left: leftFor(touched) }, seen, 0);
}

const UNANSWERED: UnderWay = { ended: 'under-way', phase: 'AWS does not answer at the moment; it is asked again.' };

type Ended = Pick<GroupEnd, 'ended' | 'why' | 'left'> & { journal: GroupJournal };

function endOf(
  { from, to }: CloudSwitchoverOrder,
  { ended, why, left, journal }: Ended,
  seen: GroupSeen | null,
  nowMs: number,
): CloudSwitchoverEnd {
  const shown = {
    ...NOTHING,
    left,
    phases: phasesOf(journal, nowMs),
    evidence: seen === null ? [] : [`AWS: ${standing(seen)}`],
  };
  if (ended === 'switched')
    return {
      ...shown,
      ended,
      why: `ElastiCache replicates after it acknowledges: what ${from} had not sent when ${to} was promoted is gone.`,
      lost: 'unknown',
    };
  // Nobody asked for another primary: then no write went anywhere else.
  const isPromoted = journal.orders.some(({ order, refused }) => order === 'promote' && refused === undefined);
  return { ...shown, ended, why, lost: ended === 'rolled-back' && !isPromoted ? 'none' : 'unknown' };
}

/** From the order to switch off until it was seen to be on again: AWS does not say when exactly. */
function phasesOf({ orders }: GroupJournal, nowMs: number): CloudSwitchoverEnd['phases'] {
  const off = orders.find(({ order, refused }) => order === 'switch-off' && refused === undefined);
  if (!off || !orders.some(({ order }) => order === 'switch-on')) return [];
  return [{ name: 'Without automatic failover, at most', milliseconds: Math.max(0, nowMs - off.atMs) }];
}

function standing({ name, status, primary, automaticFailover, multiZone }: GroupSeen): string {
  return `${name} is ${status}, ${primary ?? 'no node'} is its primary, automatic failover is ${automaticFailover}, Multi-AZ ${multiZone ? 'enabled' : 'disabled'}.`;
}

function ordered({ group, to }: GroupJournal, order: OrderName, answer: GroupAnswer | undefined): string {
  const what: Record<OrderName, string> = {
    'switch-off': `switch automatic failover and Multi-AZ of ${group} off`,
    promote: `promote ${to}`,
    'switch-on': `switch on again what was on before in ${group}`,
  };
  if (answer && 'refused' in answer) return `AWS did not take the order to ${what[order]}: ${answer.refused}`;
  if (answer && 'open' in answer)
    return `Nobody knows whether AWS heard the order to ${what[order]}: it is looked for. ${answer.open}.`;
  return `AWS has taken the order to ${what[order]}.`;
}

const NOTHING = { phases: [], writeGapMilliseconds: null, evidence: [], left: [] };
