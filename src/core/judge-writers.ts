import type { Finding, NextAction } from './finding.ts';
import { judgeFence } from './judge-fence.ts';
import { lsnOf } from './lsn.ts';
import type { KnownWriters, WriterSample, WritersSeen } from './writers.ts';

/** Pure: two servers that take writes, a former one that took over with an old history, poolers and pointers that lead elsewhere, a fence that opened. */
export function judgeWriters(target: string, seen: WritersSeen, known: KnownWriters): Finding[] {
  return [...judgeWhoWrites(target, seen, known), ...judgeFence(target, seen, known)];
}

function judgeWhoWrites(target: string, seen: WritersSeen, known: KnownWriters): Finding[] {
  const [writer, ...others] = seen.writers;
  if (writer === undefined) return [];
  if (others.length > 0) return [twoWriters(target, seen)];
  return [...formerOne(target, seen, writer, known), ...astray(target, seen, writer)];
}

function twoWriters(target: string, seen: WritersSeen): Finding {
  const { writers } = seen;
  const all = writers.map(standing).join(', ');
  const timelines = writers.map(({ timeline }) => timeline ?? 0);
  const newest = Math.max(...timelines);
  const older = writers.filter(({ timeline }) => (timeline ?? 0) < newest).map(({ member }) => member);
  const wrong = older.length > 0 ? older.join(' and ') : 'the one that should not';
  return {
    key: `watch.two-writers:${writers
      .map(({ member }) => member)
      .toSorted()
      .join(',')}`,
    severity: 'critical',
    sentence: `${writers.length} servers of ${target} take writes at once: ${all}. What one of them takes the other never has.`,
    evidence: { writers: [...writers] },
    next: `Keep clients away from ${wrong}, or stop it, before it takes more; then compare what only it has.`,
    ...keepAway(target, seen),
  };
}

const FORMER = 'watch.former-primary:';

/** A server that goes on with a history which another one, or itself, has left behind. */
function formerOne(target: string, seen: WritersSeen, writer: WriterSample, { everSeen }: KnownWriters): Finding[] {
  const newer = Object.values(everSeen).find((one) => isAhead(one, writer, everSeen[writer.member]));
  if (newer === undefined) return [];
  const itself = newer.member === writer.member;
  const was = itself ? 'it was' : `${newer.member} took writes`;
  return [
    {
      key: `${FORMER}${writer.member}`,
      severity: 'critical',
      sentence: `${standing(writer)} takes writes, but ${was} further at ${minute(newer.at)}: ${standing(newer)}. Writes of in between are not there.`,
      evidence: { now: writer, before: newer },
      next: itself
        ? 'Find out who restored it, and from when; what it had since then is missing.'
        : `Keep clients away from ${writer.member} until it is clear whether ${newer.member} comes back: it has the newer history.`,
      ...keepAway(target, seen),
    },
  ];
}

/** Two runs may look at once, and rooms have clocks of their own: what is younger by less than this may have been asked before. */
const OVERTAKEN_MS = 60_000;

/** Of PostgreSQL the timeline and the position tell; of Redis only that it goes on with its own old history, which the last writer had left. */
function isAhead(one: WriterSample, writer: WriterSample, itself: WriterSample | undefined): boolean {
  const sinceMs = Date.parse(writer.at) - Date.parse(one.at);
  if (sinceMs <= 0) return false;
  return writer.timeline === null ? isLeft(one, writer, itself) : isFurther(one, writer, sinceMs);
}

function isFurther(one: WriterSample, writer: WriterSample, sinceMs: number): boolean {
  if (one.history !== writer.history) return false;
  if (one.timeline !== writer.timeline) return (one.timeline ?? 0) > (writer.timeline ?? 0);
  const isOlder = sinceMs > OVERTAKEN_MS && one.member === writer.member;
  return isOlder && lsnOf(one.position) > lsnOf(writer.position);
}

function isLeft(one: WriterSample, writer: WriterSample, itself: WriterSample | undefined): boolean {
  if (itself === undefined || one.member === writer.member || one.at <= itself.at) return false;
  const goesOnWith = [writer.history, writer.formerHistory];
  return goesOnWith.includes(itself.history) && !goesOnWith.includes(one.history) && one.history !== itself.history;
}

function astray(target: string, seen: WritersSeen, writer: WriterSample): Finding[] {
  return seen.leads
    .filter(({ member }) => member !== writer.member)
    .map(({ through, to, member, pointer }) => ({
      key: `watch.pointer:${through}`,
      severity: 'critical' as const,
      sentence: `${through} sends clients to ${member === null ? `${to}, which is no member of ${target}` : `${member} (${to})`}, and ${writer.member} takes the writes.`,
      evidence: { through, to, member, writer: writer.member },
      next: pointer
        ? `Point it to ${writer.member}: /db repoint ${target}.`
        : `Point ${through} to ${writer.member} (host and port of its entry in [databases]), and reload it.`,
      ...(pointer ? { actions: [pointTo(target)] } : keepAway(target, seen)),
    }));
}

function pointTo(target: string): NextAction {
  return { label: 'Point clients there', operation: 'repoint', target, args: [], disruptive: true };
}

function keepAway(target: string, { fence }: WritersSeen): Pick<Finding, 'actions'> {
  if (!fence) return {};
  return { actions: [{ label: 'Keep clients away', operation: 'fence', target, args: [], disruptive: true }] };
}

function standing({ member, position, timeline }: WriterSample): string {
  return timeline === null ? `${member} (offset ${position})` : `${member} (timeline ${timeline}, ${position})`;
}

function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

/** A server that took writes long ago says nothing of who should today. */
const FORGOTTEN_MS = 30 * 86_400_000;

/** Pure: what is known after a look; `told` has what is found now, each with the run that was the first to find it. */
export function afterLook(
  known: KnownWriters,
  seen: WritersSeen,
  found: readonly Finding[],
  runId: string,
): KnownWriters {
  const told = found.map(({ key }) => [key, firstOf(known.told[key]) ?? { runId, at: seen.at }] as const);
  // A look that another one has overtaken says nothing of now.
  if (known.last !== null && seen.at <= known.last.at) {
    return { ...known, told: { ...known.told, ...Object.fromEntries(told) } };
  }
  const sinceMs = Date.parse(seen.at) - FORGOTTEN_MS;
  const living = Object.entries(known.everSeen).filter(([, { at }]) => Date.parse(at) > sinceMs);
  // One that goes on with an old history is remembered where it left: otherwise the next look would find all well.
  const isOld = found.some(({ key }) => key.startsWith(FORMER));
  const now = isOld ? [] : seen.writers.map((one) => [one.member, furthest(known.everSeen[one.member], one)] as const);
  return {
    ...known,
    last: withRate(seen.writers.toSorted((a, b) => (b.timeline ?? 0) - (a.timeline ?? 0))[0], known.last) ?? known.last,
    everSeen: Object.fromEntries([...living, ...now]),
    told: { ...stillTold(known.told, seen), ...Object.fromEntries(told) },
  };
}

/** As with the findings of health: what was not met by so many looks in a row is over (docs/quiet.md). */
const OVER_AFTER_LOOKS = 3;

/**
 * What was told of may go on where nobody looked. Whoever has seen everybody knows at once that it is over; a server that is gone for
 * good must not keep it told for ever, though: when it comes back, that is news.
 */
function stillTold(
  told: KnownWriters['told'],
  { writers, unreached, unread, fence }: WritersSeen,
): KnownWriters['told'] {
  if (writers.length === 0) return told;
  if (unreached.length === 0 && unread === undefined && fence?.says !== 'unknown') return {};
  const missed = Object.entries(told).map(([key, one]) => [key, { ...one, missed: (one.missed ?? 0) + 1 }] as const);
  return Object.fromEntries(missed.filter(([, one]) => one.missed < OVER_AFTER_LOOKS));
}

function firstOf(told: KnownWriters['told'][string] | undefined) {
  return told && { runId: told.runId, at: told.at };
}

/** A shorter time than this says little of a rate. */
const LEAST_RATE_MS = 10_000;

/** How much it wrote a second since it was last seen, if it is the same server with the same history. */
function withRate(now: WriterSample | undefined, before: WriterSample | null): WriterSample | undefined {
  if (now === undefined || before === null || now.member !== before.member) return now;
  if (now.history !== before.history || now.timeline !== before.timeline) return now;
  const sinceMs = Date.parse(now.at) - Date.parse(before.at);
  const bytes = Number(writtenAt(now) - writtenAt(before));
  if (bytes < 0) return now;
  const { bytesPerSecond: kept } = before;
  if (sinceMs < LEAST_RATE_MS) return kept === undefined ? now : { ...now, bytesPerSecond: kept };
  return { ...now, bytesPerSecond: Math.round((bytes * 1000) / sinceMs) };
}

function writtenAt({ position, timeline }: WriterSample): bigint {
  return timeline === null ? BigInt(position) : lsnOf(position);
}

/** At a moment that cannot be told from the one before, the position tells which of them was later. */
function furthest(before: WriterSample | undefined, now: WriterSample): WriterSample {
  if (before?.timeline === null || before?.timeline !== now.timeline || before.history !== now.history) return now;
  const isTogether = Date.parse(now.at) - Date.parse(before.at) <= OVERTAKEN_MS;
  return isTogether && lsnOf(before.position) > lsnOf(now.position) ? { ...before, at: now.at } : now;
}
