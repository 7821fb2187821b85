import * as z from 'zod';
import type { Good, Past, Remembered } from '../core/past.ts';
import type { Report } from '../core/report.ts';
import { fittingGood, fittingLook, fittingReport } from './item-size.ts';
import { keys } from './keys.ts';
import { expiresAfter, type Item, type StateTable } from './table.ts';

/** What was seen of each target. Looks are kept for 7 days; the baseline, the last good look and the last report for 30. */
export type History = {
  /**
   * Keeps a look. With `baseline` (a scheduled or an alarm look, never a person's) it becomes what NEW, WORSE and resolved are
   * measured against, without its samples, unless a younger one is that already; the same with `good` and what changes are measured against. A look
   * that is too large keeps its findings and loses its samples.
   */
  remember(target: string, look: Remembered, options: { baseline: boolean }): Promise<void>;
  past(target: string): Promise<Omit<Past, 'quiet'>>;
  /** Keeps a report unless a younger one is kept; one that is too large loses its charts and tables and says so. */
  keepReport(target: string, report: Report): Promise<void>;
  latestReport(target: string): Promise<Report | undefined>;
};

/** A rate over less than this says more about chance than about the database. */
export const youngestForRatesSeconds = 60;
const lookDays = 7;
const baselineDays = 30;
const looksTried = 5;
// As text, because a map of DynamoDB ends at 32 levels and a report is only bound to be JSON.
const stored = z.object({ at: z.string(), body: z.string(), samplesDropped: z.boolean().optional() });

export function createHistory(table: StateTable): History {
  return {
    remember: (target, look, { baseline }) => remember(table, target, look, baseline),
    past: (target) => past(table, target),
    keepReport: (target, report) => {
      const ttl = expiresAfter(table.now, baselineDays * 86_400);
      const body = JSON.stringify(fittingReport(report));
      return putYounger(table, keys.report(target), { at: report.at, body, ttl });
    },
    latestReport: async (target) => {
      const item = await table.get(keys.report(target));
      return item === undefined ? undefined : asReport(item);
    },
  };
}

async function remember(
  table: StateTable,
  target: string,
  { good, ...look }: Remembered,
  isBaseline: boolean,
): Promise<void> {
  const { look: kept, samplesDropped } = fittingLook(look);
  const item = { at: look.at, body: JSON.stringify(kept), samplesDropped };
  await table.putNew(keys.look(target, look.at), { ...item, ttl: expiresAfter(table.now, lookDays * 86_400) });
  if (isBaseline) {
    // Findings are all that anybody compares with it, and samples are most of a look.
    const body = JSON.stringify({ ...kept, samples: {} });
    await putYounger(table, keys.baseline(target), {
      at: look.at,
      body,
      ttl: expiresAfter(table.now, baselineDays * 86_400),
    });
  }
  const fitting = good && fittingGood(good);
  if (fitting) {
    const body = JSON.stringify(fitting);
    await putYounger(table, keys.good(target), {
      at: good.at,
      body,
      ttl: expiresAfter(table.now, baselineDays * 86_400),
    });
  }
}

async function past(table: StateTable, target: string): Promise<Omit<Past, 'quiet'>> {
  const oldEnough = new Date(table.now() - youngestForRatesSeconds * 1000).toISOString();
  const range = { from: 'look#', to: `look#${oldEnough}`, newestFirst: true as const, limit: looksTried };
  const [baseline, good, looks] = await Promise.all([
    table.get(keys.baseline(target)),
    table.get(keys.good(target)),
    table.query(keys.historyOf(target), range),
  ]);
  const rates = looks.find((item) => stored.parse(item).samplesDropped !== true);
  return {
    ...(baseline === undefined ? {} : { baseline: asLook(baseline) }),
    ...(rates === undefined ? {} : { rates: asLook(rates) }),
    ...(good === undefined ? {} : { good: asGood(good) }),
  };
}

function putYounger(
  table: StateTable,
  key: Parameters<StateTable['get']>[0],
  write: { at: string; body: string; ttl: number },
): Promise<void> {
  return table.decide(key, (item) => {
    const isOlder = item !== undefined && stored.parse(item).at >= write.at;
    return isOlder ? { answer: undefined } : { answer: undefined, write };
  });
}

function asLook(item: Item): Remembered {
  const look: Remembered = JSON.parse(stored.parse(item).body);
  return look;
}

function asGood(item: Item): Good {
  const good: Good = JSON.parse(stored.parse(item).body);
  return good;
}

function asReport(item: Item): Report {
  const report: Report = JSON.parse(stored.parse(item).body);
  return report;
}
