import * as z from 'zod';
import type { Report } from '../core/report.ts';
import type { RunRecord } from '../core/run-record.ts';
import { fittingReport } from './item-size.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

type Ending = Partial<Pick<RunRecord, 'status' | 'endedAt' | 'headline' | 'health'>> & { report?: Report };

type Begun = Omit<RunRecord, 'status' | 'endedAt' | 'headline' | 'health' | 'report'>;

/** Runs are kept for 90 days. */
export type Runs = {
  /** Remembers that a run began, and lists it. Repeatable: a run that is known stays as it is. */
  started(run: Begun): Promise<void>;
  /** Remembers that a run began, without a place in the list of its subject: it would fill it with what nobody asked for. */
  startedUnlisted(run: Begun): Promise<void>;
  /** Gives a run that is known its place in the list after all. Repeatable. */
  list(runId: string): Promise<void>;
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
    started: async (run) => list(table, await started(table, run)),
    startedUnlisted: async (run) => void (await started(table, run)),
    list: async (runId) => {
      const run = await get(runId);
      if (run) await list(table, run);
    },
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

/** The run as it is known. A crash before it has its place in the list is mended by the repeated step. */
async function started(table: StateTable, begun: Begun): Promise<Begun> {
  const ttl = expiresAfter(table.now, keptDays * 86_400);
  const isNew = await table.putNew(keys.run(begun.runId), { run: { ...begun, status: 'started' }, ttl });
  return isNew ? begun : (asRun(await table.get(keys.run(begun.runId))) ?? begun);
}

async function list(table: StateTable, { subject, startedAt, runId }: Begun): Promise<void> {
  const ttl = expiresAfter(table.now, keptDays * 86_400);
  await table.putNew(keys.runOf(subject, startedAt, runId), { runId, ttl });
}

function hasEnded({ status }: RunRecord): boolean {
  return status !== 'started' && status !== 'waiting';
}

function asRun(item: Item | undefined): RunRecord | undefined {
  return item === undefined ? undefined : storedRun.parse(item).run;
}
