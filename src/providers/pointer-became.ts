import { durationText } from '../checks/wording.ts';
import type { PointerChange, PointerSaid } from '../core/pointer.ts';
import type { PointerEnd, PointerResult } from '../targets/pointer.ts';
import type { PointerReceipt, PointerSpread } from './pointer-store.ts';

/** A request that got lost is answered, or dead, long before. */
const HEARD_SECONDS = 60;
/** Route 53 says that a change is at all its name servers within 60 s; after this somebody has to look. */
const OVERDUE_SECONDS = 300;

/** What was read back; `said` null: AWS does not answer. `receipt` null: the answer to the change got lost. */
export type PointerSeen = {
  name: string;
  receipt: PointerReceipt | null;
  spread: PointerSpread;
  said: PointerSaid | { refused: string } | null;
};

type Times = { begunAtMs: number; nowMs: number };

/** Pure: what became of a change, by what the pointer says now. */
export function pointerBecame(change: PointerChange, seen: PointerSeen, times: Times): PointerResult {
  const { said } = seen;
  const passedSeconds = (times.nowMs - times.begunAtMs) / 1000;
  if (said === null || 'refused' in said) return unread(seen, passedSeconds);
  if (said.host === change.after.host) return pointed(change, said, seen, passedSeconds);
  if (said.host === change.before.host) return saysAsBefore(said, seen, passedSeconds);
  return notPointed(`${seen.name} says ${said.host} now: somebody else has changed it.`);
}

/** Pure: it does not say what was wanted. */
export function notPointed(why: string): PointerEnd {
  return { ended: 'not-pointed', why, evidence: [], left: [] };
}

function unread({ name, said }: PointerSeen, passedSeconds: number): PointerResult {
  const why = said !== null && 'refused' in said ? said.refused : 'AWS does not answer.';
  if (passedSeconds < OVERDUE_SECONDS)
    return { ended: 'under-way', phase: `${name} cannot be read at the moment, and is asked again. ${why}` };
  return {
    ended: 'needs-a-human',
    why: `${name} could not be read for ${durationText(OVERDUE_SECONDS)}: ${why} Nobody knows what it says.`,
    evidence: [],
    left: [],
  };
}

function pointed(
  { before }: PointerChange,
  said: PointerSaid,
  { name, receipt, spread }: PointerSeen,
  passedSeconds: number,
): PointerResult {
  const isLate = spread === 'under-way' && passedSeconds >= OVERDUE_SECONDS;
  if (spread === 'under-way' && !isLate)
    return { ended: 'under-way', phase: `${name} says ${said.host}; the name servers are being told.` };
  const told = {
    everywhere: 'Every name server of it says so (INSYNC).',
    unknown: '',
    'under-way': `Its name servers were not all told within ${durationText(OVERDUE_SECONDS)} (PENDING).`,
  }[spread];
  const lost = receipt === null ? 'The answer of AWS to the change got lost.' : '';
  return {
    ended: 'pointed',
    why: null,
    evidence: [`Read back: ${saidWords(name, said)}.`, lost, isLate ? '' : told].filter(Boolean),
    left: [...(receipt?.left ?? overwritten(name, before, said)), ...(isLate ? [told] : [])],
  };
}

/** Without an answer the version alone tells that somebody else wrote, too. */
function overwritten(name: string, before: PointerSaid, now: PointerSaid): string[] {
  if (before.version === null || now.version === null || now.version <= before.version + 1) return [];
  return [
    `${name} is at version ${now.version} and was at ${before.version}: somebody else has written it, too. Look at its history.`,
  ];
}

function saysAsBefore(said: PointerSaid, { name, receipt }: PointerSeen, passedSeconds: number): PointerResult {
  if (receipt !== null)
    return notPointed(`${name} was changed, and says ${said.host} again: somebody changed it back.`);
  if (passedSeconds < HEARD_SECONDS)
    return { ended: 'under-way', phase: `Nobody knows whether AWS heard the change; ${name} still says ${said.host}.` };
  return notPointed(
    `${name} still says ${said.host} ${durationText(passedSeconds)} after the change was asked for: AWS has not heard it.`,
  );
}

function saidWords(name: string, { host, ttlSeconds, version }: PointerSaid): string {
  const more = [ttlSeconds === null ? '' : `TTL ${ttlSeconds} s`, version === null ? '' : `version ${version}`];
  return `${name} says ${[host, ...more].filter(Boolean).join(', ')}`;
}
