import * as z from 'zod';
import type { Report } from '../core/report.ts';
import type { RunRecord } from '../core/run-record.ts';
import { fittingReport } from './item-size.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

type Ending = Partial<Pick<RunRecord, 'status' | 'endedAt' | 'headline' | 'health'>> & { report?: Report };

/** Runs are kept for 90 days. */
export type Runs = {
  /** Remembers that a run began. Repeatable: a run that is known stays as it is. */
  started(run: Omit<RunRecord, 'status' | 'endedAt' | 'headline' | 'health' | 'report'>): Promise<void>;
  /** A run that ended keeps how it ended; a run that is not known is left alone. */
  update(runId: string, change: Ending): Promise<void>;
  get(runId: string): Promise<RunRecord | undefined>;
  /** The run of an id, or of the short id that messages name. */
  find(id: string): Promise<RunRecord | undefined>;
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
    find: async (id) => {
      const [item] = await table.query(keys.runsByShort(id), { newestFirst: true, limit: 1 });
      return (await get(id)) ?? asRun(item);
    },
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
