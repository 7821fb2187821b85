import * as z from 'zod';
import type { ReportedFinding } from '../core/report.ts';
import { afterLook, judgeWriters } from '../core/judge-writers.ts';
import { NO_WRITERS, type KnownWriters, type WriterSample, type WritersSeen } from '../core/writers.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** Who took writes, and how far they were: one item for each target. */
export type Writers = {
  /** Keeps a look and says what is wrong in it. The same run gets the same answer again: NEW where it is the first to find it. */
  watch(target: string, runId: string, seen: WritersSeen): Promise<ReportedFinding[]>;
  /** The youngest sample of a server that took writes; undefined before the first. */
  last(target: string): Promise<WriterSample | undefined>;
  /** Keeps which run has closed the target to clients; null where it is open again. Whether one was kept before. Repeatable. */
  fence(target: string, closed: Closed | null): Promise<boolean>;
};

type Closed = NonNullable<KnownWriters['fenced']>;

const KEPT_SECONDS = 60 * 86_400;
// As text: a map of DynamoDB costs more than its JSON.
const stored = z.object({ body: z.string() });

export function createWriters(table: StateTable): Writers {
  return {
    watch: (target, runId, seen) =>
      table.decide<ReportedFinding[]>(keys.writers(target), (item) => {
        const known = knownOf(item);
        const found = judgeWriters(target, seen, known);
        const next = afterLook(known, seen, found, runId);
        const answer = found.map((finding) => {
          const { at, runId: first } = next.told[finding.key] ?? { at: seen.at, runId };
          return { ...finding, change: first === runId ? ('NEW' as const) : ('SAME' as const), since: at };
        });
        return { answer, write: bodyOf(table, next) };
      }),
    fence: (target, closed) =>
      table.decide<boolean>(keys.writers(target), (item) => {
        const known = knownOf(item);
        return { answer: Boolean(known.fenced), write: bodyOf(table, { ...known, fenced: closed }) };
      }),
    last: async (target) => knownOf(await table.get(keys.writers(target))).last ?? undefined,
  };
}

function bodyOf(table: StateTable, known: KnownWriters) {
  return { body: JSON.stringify(known), ttl: expiresAfter(table.now, KEPT_SECONDS) };
}

function knownOf(item: Item | undefined): KnownWriters {
  return item === undefined ? NO_WRITERS : (JSON.parse(stored.parse(item).body) as KnownWriters);
}
