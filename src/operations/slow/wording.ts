import type { Counter, Moved, Sign, StatementComparison, StatementLine } from '../../core/statement.ts';
import { bytesText, countText, durationText, listText, percentText } from '../../checks/wording.ts';
import { shorten } from '../../core/sql.ts';

/** What fits on a phone beside its numbers. */
const TEXT_CHARACTERS = 90;
const COMMAND_CHARACTERS = 60;
const PAGE_BYTES = 8_192;

/** `q:7f3a12`: enough of a shape to ask for it. */
export function shortId(shape: string): string {
  return shape.includes(':') ? shape : `q:${shape.slice(0, 6)}`;
}

/** "`select * from orders where customer = ?` (q:7f3a12)". */
export function nameOf({ text, shape }: Pick<StatementLine, 'text' | 'shape'>): string {
  if (text === '') return `statement ${shortId(shape)} (its text is gone)`;
  if (!shape.includes(':')) return `\`${shorten(text.replaceAll('`', "'"), TEXT_CHARACTERS)}\` (${shortId(shape)})`;
  return text;
}

/** "0.3 ms", "41 ms", "1.2 s", "3 min". */
export function msText(ms: number): string {
  if (ms > 0 && ms < 0.001) return 'under 0.001 ms';
  if (ms < 1) return `${Number(ms.toPrecision(1))} ms`;
  if (ms < 1_000) return `${Number(ms.toPrecision(2))} ms`;
  if (ms < 120_000) return `${Number((ms / 1_000).toPrecision(2))} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Number((ms / 3_600_000).toPrecision(2))} h`;
}

/** "240 a second", "3 a minute", "2 an hour". */
export function rateText(perSecond: number): string {
  if (perSecond >= 0.95) return `${countWords(perSecond)} a second`;
  if (perSecond * 60 >= 0.95) return `${countWords(perSecond * 60)} a minute`;
  return `${countWords(perSecond * 3_600)} an hour`;
}

function countWords(count: number): string {
  return count >= 100 ? Math.round(count).toLocaleString('en-US') : String(Number(count.toPrecision(2)));
}

/** "3.4×", "120×". */
export function timesText(ratio: number): string {
  return `${ratio >= 10 ? Math.round(ratio).toLocaleString('en-US') : Number(ratio.toPrecision(2))}×`;
}

export function meanOf({ totalMs, calls }: Pick<StatementLine, 'totalMs' | 'calls'>): number {
  return calls === 0 ? 0 : totalMs / calls;
}

/** "0.85 sessions busy", "1.2 ms of work a second": of statements, on the average. */
export function busyText(totalMs: number, seconds: number): string {
  const load = seconds > 0 ? totalMs / 1000 / seconds : 0;
  if (load >= 0.1) return `${Number(load.toPrecision(2))} sessions busy`;
  return `${Number((load * 1000).toPrecision(2))} ms of work a second`;
}

/** One sentence: how it was and is, what grew along, and what part of all it takes. Without a reason where nobody knows one. */
export function movedSentence(moved: Moved, { seconds, commands }: StatementComparison): string {
  const { line } = moved;
  if (moved.running) return runningSentence(line, moved.running);
  const share = `${percentText(line.share)} of all time`;
  const now = `${rateText(line.calls / Math.max(1, seconds))} of ${msText(meanOf(line))}`;
  if (moved.kind === 'new' || !line.usual) return `${nameOf(line)} is new: ${now}, ${share}.`;
  const { usual } = line;
  const shares = `${percentText(usual.share)} → ${share}`;
  if (moved.kind === 'oftener') {
    const before = usual.callsPerSecond === 0 ? 'hardly ever' : rateText(usual.callsPerSecond);
    return `${nameOf(line)} is called ${timesText(moved.ratio)} as often: ${before} → ${rateText(line.calls / Math.max(1, seconds))}, each takes ${msText(usual.meanMs)} → ${msText(meanOf(line))}; ${shares}.`;
  }
  const [sign] = moved.signs;
  const reason = sign ? `; ${signText(sign)}${meanwhile(sign, commands)}` : '';
  return `${nameOf(line)} takes ${timesText(moved.ratio)} as long: ${msText(usual.meanMs)} → ${msText(meanOf(line))} a call${reason}; ${shares}.`;
}

function runningSentence(
  line: StatementLine,
  { sessions, longestSeconds, lockWaits }: NonNullable<Moved['running']>,
): string {
  const who = line.applications.length === 0 ? '' : ` of ${listText(line.applications)}`;
  const usually = line.usual ? `a call usually takes ${msText(line.usual.meanMs)}` : 'it was never seen to end';
  return `${nameOf(line)} runs now in ${countText(sessions, 'session')}${who}, the longest for ${durationText(longestSeconds)}${lockText(sessions, lockWaits)}; ${usually}.`;
}

/** Then the statement is the victim, and who holds the lock is to be looked for. */
function lockText(sessions: number, lockWaits: number): string {
  if (lockWaits === 0) return '';
  if (lockWaits < sessions) return `; ${lockWaits} of them ${lockWaits === 1 ? 'waits' : 'wait'} for a lock`;
  return sessions === 1 ? ', and it waits for a lock' : ', and all wait for a lock';
}

/** A command that ran in the same time can be behind another way through the tables. */
function meanwhile({ what }: Sign, commands: StatementComparison['commands']): string {
  const [command] = commands.filter(({ text }) => !/^(?:analyze|vacuum)\b/.test(text));
  if (!command || (what !== 'pages' && what !== 'rows')) return '';
  return `; \`${shorten(command.text.replaceAll('`', "'"), COMMAND_CHARACTERS)}\` ran in the same time`;
}

/** What a counter of one call that grew says of the reason, as a fact and what it points to. */
export function signText({ what, before, now }: Sign): string {
  return SIGNS[what]?.(before, now) ?? `${what} ${before} → ${now} a call`;
}

const pages = (count: number) => bytesText(count * PAGE_BYTES);
const times = (before: number, now: number) => (before < 0.5 ? 'for the first time' : timesText(now / before));

const SIGNS: { readonly [W in Sign['what'] | Counter]?: (before: number, now: number) => string } = {
  tempPages: (before, now) =>
    `each call writes and reads ${pages(now)} of temporary files (was ${pages(before)}): a sort or hash no longer fits into work_mem`,
  rows: (before, now) =>
    `each call returns or changes ${countWords(now)} rows (was ${countWords(before)}): there is more to do`,
  pages: (before, now) =>
    `each call reads ${pages(now)} (was ${pages(before)}, ${times(before, now)}): another plan, a lost index or a grown table`,
  readPages: (before, now) =>
    `each call reads ${pages(now)} from disk (was ${pages(before)}), of as much data: it is no longer in the cache`,
  walBytes: (before, now) => `each call writes ${bytesText(now)} of WAL (was ${bytesText(before)})`,
  planMs: (before, now) => `planning takes ${msText(now)} (was ${msText(before)})`,
  jitMs: (before, now) => `just-in-time compilation takes ${msText(now)} (was ${msText(before)})`,
  waits: () => 'its work is the same, so it waits: for locks, the processor or the disk',
};
