import * as v from 'valibot';
import { bytesText, durationText } from '../../checks/wording.ts';
import type { FailoverLimits } from '../../core/safety.ts';
import type { FenceOutlook, LossBound } from '../../targets/failover.ts';

/** What somebody has said may be lost. */
export type Acceptance = 'unknown' | { bytes: number } | { seconds: number };

const WORDS = 'say how much may be lost: seconds (30s, 5min), bytes of log (16MB), or `unknown` where nobody can say';

export const AcceptLoss = v.pipe(
  v.string(),
  v.transform(readAcceptance),
  v.check((read) => read !== undefined, WORDS),
  v.transform((read): Acceptance => read ?? 'unknown'),
);

const unitSeconds: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3600 };
const unitBytes: Readonly<Record<string, number>> = { b: 1, bytes: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

/** Pure: `unknown`, `30s`, `5min`, `16MB`; undefined where it is none of these. */
export function readAcceptance(typed: string): Acceptance | undefined {
  const text = typed.trim().toLowerCase();
  if (text === 'unknown') return 'unknown';
  const [, digits, unit = ''] = /^(\d{1,12}) ?([a-z]{1,5})$/.exec(text) ?? [];
  const number = Number(digits);
  if (unitSeconds[unit] !== undefined) return { seconds: number * unitSeconds[unit] };
  return unitBytes[unit] === undefined ? undefined : { bytes: number * unitBytes[unit] };
}

/** What was typed after the target. */
export type Said = { to?: string | undefined; accepted?: Acceptance | undefined; confirm?: string | undefined };

/** Pure: the target's name as the only word is the confirmation, and no server. */
export function readSaid(said: Said, target: string): Said {
  return said.to === target && said.confirm === undefined ? { ...said, to: undefined, confirm: said.to } : said;
}

/** Pure: is what may be lost within what the config lets be lost? Every bound that is set has to be met by a known number. */
export function isWithin(
  { bytes, seconds }: Pick<LossBound, 'bytes' | 'seconds'>,
  { lossBytes, lossSeconds }: FailoverLimits,
): boolean {
  const bounds = [
    [lossBytes, bytes],
    [lossSeconds, seconds],
  ] as const;
  const set = bounds.filter(([most]) => most !== null);
  return set.length > 0 && set.every(([most, known]) => most !== null && known !== null && known <= most);
}

/** What has to be accepted, and by whom. */
export type Case = { target: string; loss: LossBound; fence: FenceOutlook; limits: FailoverLimits };

/** Pure: does it take more than one approver and a look? */
export function isGrave({ loss, fence, limits }: Case): boolean {
  return !fence.certain || !isWithin(loss, limits);
}

/** Pure: what has not been accepted yet, in one sentence with what to type; undefined where all is. */
export function whyNotAccepted(one: Case, { to, accepted, confirm }: Said): string | undefined {
  if (!isGrave(one)) return undefined;
  const { target, loss, fence, limits } = one;
  const again = (words: string) => `/db failover ${[target, to, words, target].filter(Boolean).join(' ')}`;
  if (!isWithin(loss, limits) && !covers(accepted, loss)) {
    const cannot = accepted === undefined ? 'That has to be accepted' : `That is more than ${acceptedText(accepted)}`;
    return `${loss.sentence} ${cannot}: ${again(`accept-loss=${enough(loss)}`)}`;
  }
  if (confirm === target) return undefined;
  const why = isWithin(loss, limits) ? fence.sentence : loss.sentence;
  const words = accepted === undefined ? '' : `accept-loss=${acceptedWord(accepted)}`;
  return `${why} Say the name of the target again to confirm it: ${again(words)}`;
}

function covers(accepted: Acceptance | undefined, { bytes, seconds }: LossBound): boolean {
  if (accepted === undefined) return false;
  if (accepted === 'unknown') return true;
  if ('bytes' in accepted) return bytes !== null && bytes <= accepted.bytes;
  return seconds !== null && seconds <= accepted.seconds;
}

/** A word that covers it, also after the minute that typing it takes: where nobody saw the primary die, the bound grows until then. */
function enough({ bytes, seconds }: LossBound): string {
  if (seconds !== null) return `${Math.ceil(seconds / 60) + 1}min`;
  return bytes === null ? 'unknown' : `${bytes}B`;
}

function acceptedWord(accepted: Acceptance): string {
  if (accepted === 'unknown') return accepted;
  return 'bytes' in accepted ? `${accepted.bytes}B` : `${accepted.seconds}s`;
}

function acceptedText(accepted: Acceptance): string {
  if (accepted === 'unknown') return 'anything';
  return 'bytes' in accepted ? bytesText(accepted.bytes) : durationText(accepted.seconds);
}
