import * as z from 'zod';
import type { Report, Status } from '../core/report.ts';
import type { Trigger } from '../core/trigger.ts';
import { fittingReport } from './item-size.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

export const runStatuses = ['started', 'waiting', 'done', 'refused', 'failed'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What is remembered of a run. Times are ISO; `health` is the status of its report. */
export type RunRecord = {
  runId: string;
  operation: string;
  subject: string;
  trigger: Trigger;
  status: RunStatus;
  startedAt: string;
  endedAt?: string | undefined;
  headline?: string | undefined;
  health?: Status | undefined;
  /** JSON of the report, where a terminal waits for it; as text, because a map of DynamoDB ends at 32 levels. */
  report?: string | undefined;
};
type Ending = Partial<Pick<RunRecord, 'status' | 'endedAt' | 'headline' | 'health'>> & { report?: Report };

/** Runs are kept for 90 days. */
export type Runs = {
  /** Remembers that a run began. Repeatable: a run that is known stays as it is. */
  started(run: Omit<RunRecord, 'status' | 'endedAt' | 'headline' | 'health' | 'report'>): Promise<void>;
  /** A run that ended keeps how it ended; a run that is not known is left alone. */
  update(runId: string, change: Ending): Promise<void>;
  get(runId: string): Promise<RunRecord | undefined>;
  /** The youngest runs on a target or an environment, youngest first. */
  recent(subject: string, count: number): Promise<RunRecord[]>;
};

const keptDays = 90;
const storedRun = z.object({ run: z.custom<RunRecord>((value) => typeof value === 'object' && value !== null) });
const pointer = z.object({ runId: z.string() });

export function createRuns(table: StateTable): Runs {
  const get = async (runId: string): Promise<RunRecord | undefined> => asRun(await table.get(keys.run(runId)));
  return {
    get,
    started: (run) => started(table, run),
    update: (runId, { report, ...change }) =>
      table.decide(keys.run(runId), (item) => {
        const run = asRun(item);
        if (run === undefined || hasEnded(run)) return { answer: undefined };
        const kept = report === undefined ? {} : { report: JSON.stringify(fittingReport(report)) };
        return { answer: undefined, write: { run: { ...run, ...change, ...kept }, ttl: item?.ttl } };
      }),
    recent: async (subject, count) => {
      const pointers = await table.query(keys.runsOf(subject), { newestFirst: true, limit: count });
      const runs = await Promise.all(pointers.map((item) => get(pointer.parse(item).runId)));
      return runs.filter((run) => run !== undefined);
    },
  };
}

/** The run first, then its place in the list of its subject: a crash between the two is mended by the repeated step. */
async function started(table: StateTable, begun: Parameters<Runs['started']>[0]): Promise<void> {
  const ttl = expiresAfter(table.now, keptDays * 86_400);
  const isNew = await table.putNew(keys.run(begun.runId), { run: { ...begun, status: 'started' }, ttl });
  const kept = isNew ? begun : (asRun(await table.get(keys.run(begun.runId))) ?? begun);
  await table.putNew(keys.runOf(kept.subject, kept.startedAt, kept.runId), { runId: kept.runId, ttl });
}

function hasEnded({ status }: RunRecord): boolean {
  return status !== 'started' && status !== 'waiting';
}

function asRun(item: Item | undefined): RunRecord | undefined {
  return item === undefined ? undefined : storedRun.parse(item).run;
}
