import type { LeftOut } from '../files/find-files.ts';
import type { FileReading } from '../files/read-file.ts';
import { createLogReader, mergeReports, type LogReport } from '../read-log.ts';
import { TOLD, type DocumentStatement, type FileRead, type LogsDocument } from './document.ts';
import { histogramBars } from './histogram-bars.ts';
import { fileReadOf } from './file-read.ts';

/** Adds readings up as they come, so that no more than two tallies are held at once. */
export type DocumentMaker = { add(reading: FileReading): void; document(asked: Asked): LogsDocument };

/** `seconds`: how long the reading took. `since`, `until`: as they were asked for. */
export type Asked = { seconds: number; leftOut: readonly LeftOut[]; since: string | null; until: string | null };

export function createDocumentMaker(): DocumentMaker {
  const files: { read: FileRead; order: number }[] = [];
  let whole: LogReport | undefined;
  return {
    add(reading) {
      files.push({ read: fileReadOf(reading), order: reading.task.order });
      whole = whole === undefined ? reading.report : mergeReports(whole, reading.report);
    },
    document(asked) {
      const read = files.toSorted((a, b) => a.order - b.order).map((one) => one.read);
      return documentOf(read, whole ?? nothing(), asked);
    },
  };
}

function nothing(): LogReport {
  return createLogReader({ format: 'stderr', prefix: '' }).end();
}

function documentOf(read: readonly FileRead[], { digest, tally, counts }: LogReport, asked: Asked): LogsDocument {
  const faults = asked.leftOut.filter(({ kind }) => kind === 'fault').map(({ path, why }) => neverRead(path, why));
  const files = [...read, ...faults];
  return {
    period: {
      from: digest.timeline[0]?.minute ?? null,
      to: digest.timeline.at(-1)?.minute ?? null,
      since: asked.since,
      until: asked.until,
    },
    read: {
      files,
      leftOut: asked.leftOut.filter(({ kind }) => kind === 'choice').map(({ path, why }) => ({ name: path, why })),
      bytes: counts.bytes,
      lines: counts.lines,
      entries: counts.entries,
      seconds: asked.seconds,
      complete: files.every(({ problem }) => problem === null),
    },
    notes: notesOf(digest, counts),
    ...told(digest),
    statements: statementsOf(digest, tally),
  };
}

function told(digest: LogReport['digest']): Pick<LogReport['digest'], (typeof TOLD)[number]> {
  return Object.fromEntries(TOLD.map((name) => [name, digest[name]])) as ReturnType<typeof told>;
}

function statementsOf({ statements }: LogReport['digest'], tally: LogReport['tally']): DocumentStatement[] {
  const bars = new Map(tally.statements.map(({ hash, histogram }) => [idOf(hash), histogramBars(histogram)]));
  return statements.map((one) => {
    const { id, text, calls, totalMs, maxMs, meanMs, p50Ms, p95Ms, p99Ms } = one;
    const { tags, hours, users, databases, applications, plans, slowestPlan = null } = one;
    const numbers = { calls, totalMs, maxMs, meanMs, p50Ms, p95Ms, p99Ms, histogram: bars.get(id) ?? [], hours };
    return { id, text, ...numbers, tags, users, databases, applications, plans, slowestPlan };
  });
}

function idOf(hash: number): string {
  return hash.toString(16).padStart(14, '0');
}

function neverRead(name: string, problem: string): FileRead {
  const nothingOf = { bytes: 0, lines: 0, entries: 0, unreadLines: 0, cutEntries: 0 };
  return { name, format: null, prefix: null, formatFrom: null, ...nothingOf, problem };
}

function notesOf(digest: LogReport['digest'], { cutEntries }: LogReport['counts']): string[] {
  const { severities, othersCalls, truncated, clockJumps, unknownZones } = digest;
  const foreign = severities.foreign ?? 0;
  return [
    ...(foreign > 0
      ? [`${foreign} entries are not in English: they are counted and not understood. Set lc_messages = 'C'.`]
      : []),
    ...(truncated > 0 ? [`${truncated} entries were cut off by the hoster before they came into the log.`] : []),
    ...(clockJumps > 0
      ? [`The clock of the log went back ${clockJumps} times: minutes there hold more than one.`]
      : []),
    ...(unknownZones.length > 0
      ? [`Times of the zone ${unknownZones.join(', ')} are as the log writes them: several zones have that name.`]
      : []),
    ...(cutEntries > 0 ? [`${cutEntries} entries are longer than 10 MiB and were cut there.`] : []),
    ...(othersCalls > 0
      ? [`${othersCalls} calls are of shapes beyond the first 10,000: counted, not told apart.`]
      : []),
  ];
}
