import type { Seen } from '../../core/check.ts';
import { readCsv } from '../../logs/csv.ts';
import { readEntries, type EntryListener, type EntryReader } from '../../logs/entries.ts';
import { readJson } from '../../logs/json.ts';
import { suggestPrefix } from '../../logs/prefix-suggestion.ts';
import { compilePrefix } from '../../logs/prefix.ts';
import type { LoggedPlan } from '../../core/statement.ts';
import type { LogPosition } from '../../core/log-position.ts';
import type { LogBudget, LogForm, LogReading, MemberLog } from '../../targets/logs.ts';
import { collectExcerpt, type Excerpt } from './excerpt.ts';
import { collectPlans } from './plans-in-log.ts';

/** Which part of the log: ISO times, and one member or, for null, all that have one. */
export type AskedLog = {
  from: string;
  until: string;
  member: string | null;
  /** Of these members what comes after an earlier reading, instead of `from`. */
  after?: { readonly [member: string]: LogPosition };
};

/** What one member's log tells, or why it could not be read. */
export type MemberLook = { member: string; seen: Seen<LogSeen> };
export type LogSeen = Excerpt &
  Pick<LogReading, 'from' | 'until' | 'bytes' | 'position'> & {
    unreadLines: number;
    why: string | null;
    /** What auto_explain logged; only where a reading goes on from another one, and there is any. */
    plans?: LoggedPlan[];
  };

export type LogLook = {
  members: MemberLook[];
  /** Members that did not answer, with the safest next action where there is one. */
  unreached: { member: string; reason: string; next: string | null }[];
};

/** An excerpt must be there while somebody waits for it. */
const BUDGET: LogBudget = { bytes: 32 * 1024 * 1024, seconds: 6 };
/** Nobody waits for a reading that goes on from another one; what does not fit is read the next time. */
const ONGOING_BUDGET: LogBudget = { bytes: 256 * 1024 * 1024, seconds: 30 };
/** Whatever was not read yet counts, however old. */
const EVER = '1970-01-01T00:00:00.000Z';

/** Reads the logs of the members side by side, and keeps of each what matters. */
export async function lookAtLogs(
  logs: readonly MemberLog[],
  unreached: LogLook['unreached'],
  asked: AskedLog,
): Promise<LogLook> {
  const isWanted = ({ member }: { member: string }) => asked.member === null || member === asked.member;
  const members = logs.filter(isWanted).map(async (log) => ({
    member: log.member,
    seen: await lookAtLog(log, asked),
  }));
  return { members: await Promise.all(members), unreached: unreached.filter(isWanted) };
}

async function lookAtLog(log: MemberLog, asked: AskedLog): Promise<Seen<LogSeen>> {
  const form = await log.form();
  if (!('sample' in form)) return form;
  const after = asked.after?.[log.member];
  const { utcOffsetSeconds } = form.sample;
  const plans = asked.after ? collectPlans() : undefined;
  const collector = collectExcerpt({ from: after ? EVER : asked.from, until: asked.until, utcOffsetSeconds }, plans);
  const reader = entriesOf(form.sample, collector.listen);
  const start = after ? { after } : { since: asked.from };
  const read = await log.read(start, asked.after ? ONGOING_BUDGET : BUDGET, reader.push);
  if (!('sample' in read)) return read;
  const { from, until, bytes, position, why = null } = read.sample;
  const unreadLines = reader.end();
  const logged = plans?.plans(log.member) ?? [];
  const about = { from, until, bytes, position, why, unreadLines, ...(logged.length > 0 ? { plans: logged } : {}) };
  return { sample: { ...collector.excerpt(), ...about } };
}

/** Reads by the form that the server names, or by the prefix in use that fits, where no line begins with the one it names. */
function entriesOf(form: LogForm, listen: EntryListener): { push(chunk: Uint8Array): void; end(): number } {
  let reader: EntryReader | undefined;
  return {
    push(chunk) {
      reader ??= readerOf(form, chunk, listen);
      reader.push(chunk);
    },
    end() {
      reader?.end();
      return reader?.counts.unmatchedLines ?? 0;
    },
  };
}

function readerOf({ format, prefix: named }: LogForm, first: Uint8Array, listen: EntryListener): EntryReader {
  if (format === 'csvlog') return readCsv(listen);
  if (format === 'jsonlog') return readJson(listen);
  const prefix = prefixFor(first, named);
  return readEntries([compilePrefix(prefix), compilePrefix(prefix)], listen);
}

const SAMPLE_LINES = 50;

function prefixFor(chunk: Uint8Array, named: string): string {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, 65_536)).toString('latin1');
  const lines = text.split('\n', SAMPLE_LINES).map((line) => Buffer.from(line, 'latin1'));
  const prefix = compilePrefix(named);
  if (lines.some((line) => prefix.match(line, 0, line.length) >= 0)) return named;
  return suggestPrefix(lines)?.prefix ?? named;
}
