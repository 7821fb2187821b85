import type { Seen } from '../../core/check.ts';
import { bytesText } from '../../core/amount.ts';
import { asFault } from '../../core/errors.ts';
import type { LogBudget, LogReading, LogStart, MemberLog } from '../../targets/logs.ts';
import type { PostgresMember } from '../../targets/postgres.ts';
import { aboutLog, listFiles, readPart, type ListedFile } from './listing.ts';
import { newestOf, partsAfter, positionAfter, sizeOf, type Part } from './parts.ts';
import { readParts, type Reader } from './read-parts.ts';
import { firstTimeIn } from './time-in.ts';

/** What is looked at to learn the time at a place in a file. */
const PROBE_BYTES = 16 * 1024;
const NEWLINE = 10;

/** The log of a server that collects it in files, read through a session on the server itself. */
export function serverLog(member: PostgresMember, now: () => number): MemberLog {
  return {
    member: member.name,
    form: async () => {
      const about = await aboutLog(member);
      if (!('sample' in about)) return about;
      const { format, prefix, utcOffsetSeconds } = about.sample;
      return { sample: { format, prefix, utcOffsetSeconds } };
    },
    files: async () => {
      const about = await aboutLog(member);
      if (!('sample' in about)) return about;
      const files = await listFiles(member, about.sample);
      return { sample: files.map(({ name, sizeBytes, modifiedAt }) => ({ name, sizeBytes, modifiedAt })) };
    },
    read: async (start, budget, take) => {
      try {
        const about = await aboutLog(member);
        if (!('sample' in about)) return about;
        return await readLog({ member, about: about.sample, now, take }, start, budget);
      } catch (thrown) {
        return { unreliable: asFault(thrown).message };
      }
    },
  };
}

async function readLog(reader: Reader, start: LogStart, budget: LogBudget): Promise<Seen<LogReading>> {
  const deadlineMs = reader.now() + budget.seconds * 1000;
  const files = await listFiles(reader.member, reader.about);
  if (files.length === 0) return { unreliable: `${reader.member.name} names no file of its log` };
  const planned = await plan(reader, files, start, budget.bytes);
  const done = await readParts(reader, planned.parts, { bytes: budget.bytes, deadlineMs });
  const at = new Date(reader.about.nowMs).toISOString();
  const from = planned.left > 0 && done.firstMs !== undefined ? new Date(done.firstMs).toISOString() : planned.since;
  const until = done.left === 0 || done.lastMs === undefined ? at : new Date(done.lastMs).toISOString();
  const why = [...planned.why, ...(done.left === 0 ? [] : [`${bytesText(done.left)} are left for the next reading`])];
  const position = positionAfter(files, planned.parts, done.ends, until);
  return { sample: { position, from, until, bytes: done.bytes, ...(why.length > 0 ? { why: why.join('; ') } : {}) } };
}

type Planned = { parts: Part[]; since: string; left: number; why: string[] };

async function plan(
  reader: Reader,
  files: readonly ListedFile[],
  start: LogStart,
  mostBytes: number,
): Promise<Planned> {
  if ('after' in start && start.after.files !== undefined) {
    const { parts, anew } = partsAfter(files, start.after.files);
    const why = anew.map((name) => `${name} was written anew: what it got since the last reading is lost`);
    return { parts, since: start.after.at, left: 0, why };
  }
  const since = 'since' in start ? start.since : start.after.at;
  const [first, ...others] = files.filter(({ modifiedAt }) => Date.parse(modifiedAt) >= Date.parse(since) - 1000);
  if (!first) return { parts: [], since, left: 0, why: [] };
  const all = [
    { name: first.name, from: await offsetOf(reader, first, since, mostBytes), to: first.sizeBytes },
    ...others.map(({ name, sizeBytes }) => ({ name, from: 0, to: sizeBytes })),
  ];
  const { parts, left } = newestOf(all, mostBytes);
  const why =
    left > 0 ? [`the log has ${bytesText(sizeOf(all))} of that time, the last ${bytesText(mostBytes)} were read`] : [];
  return { parts, since, left, why };
}

/** The place in a file before which every line is older: found by halves, so that a large file costs a few small reads. */
async function offsetOf(
  { member, about }: Reader,
  file: ListedFile,
  since: string,
  mostBytes: number,
): Promise<number> {
  const sinceMs = Date.parse(since);
  let low = Math.max(0, file.sizeBytes - mostBytes - PROBE_BYTES);
  let high = file.sizeBytes;
  while (high - low > 4 * PROBE_BYTES) {
    const middle = Math.floor((low + high) / 2);
    // oxlint-disable-next-line no-await-in-loop -- each answer decides the next question
    const probe = await readPart(member, about, file.name, middle, PROBE_BYTES);
    // The first line is the rest of one.
    const whole = probe.subarray(probe.indexOf(NEWLINE));
    const timeMs = firstTimeIn(whole, about.utcOffsetSeconds);
    if (timeMs !== undefined && timeMs < sinceMs) low = middle;
    else high = middle;
  }
  return low;
}
