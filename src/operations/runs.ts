import * as v from 'valibot';
import { defineAnswer } from '../core/operation.ts';
import { emptyReport, type Table } from '../core/report.ts';
import { shortRun } from '../core/run.ts';
import type { RunRecord } from '../core/run-record.ts';
import { whoTriggered } from '../core/trigger.ts';

const Arguments = v.strictObject({ subject: v.optional(v.pipe(v.string(), v.trim(), v.toLowerCase())) });

const MOST_RUNS = 20;
/** Each is a query of its own; a larger fleet is asked by name. */
const MOST_SUBJECTS = 40;

/** What the bot did lately, the youngest on top. */
export const runs = defineAnswer({
  id: 'runs',
  title: 'What the bot did lately',
  why: 'Lists the youngest runs of a target, an environment or the fleet: who asked, when, and how they ended.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  role: 'viewer',
  args: Arguments,
  fields: [{ name: 'subject', label: 'Target or environment', hint: 'shop-db', required: false }],
  examples: ['runs', 'runs shop-db'],

  async answer(context, { subject }) {
    const about = { operation: 'runs', subject: subject ?? 'fleet', status: 'info', at: context.now } as const;
    const known = [...context.environments, ...context.targets.map(({ name }) => name)];
    if (subject !== undefined && !known.includes(subject)) {
      return emptyReport({ ...about, headline: 'there is no such target or environment that you may see' });
    }
    const asked = subject === undefined ? known.slice(0, MOST_SUBJECTS) : [subject];
    const found = await context.runs(asked, MOST_RUNS);
    const left = subject === undefined ? known.length - asked.length : 0;
    const headline = found.length === 0 ? 'nothing ran yet' : `the last ${found.length} runs`;
    return {
      ...emptyReport({ ...about, headline }),
      tables: found.length === 0 ? [] : [tableOf(found)],
      text: left > 0 ? [`${left} more targets were not asked: name one.`] : [],
    };
  },
});

function tableOf(found: readonly RunRecord[]): Table {
  return {
    title: 'Runs',
    columns: [
      { key: 'at', label: 'Began (UTC)' },
      { key: 'run', label: 'Run' },
      { key: 'subject', label: 'On' },
      { key: 'by', label: 'By' },
      { key: 'status', label: 'Status' },
      { key: 'headline', label: 'Outcome' },
    ],
    rows: found.map((run) => ({
      at: run.startedAt.slice(0, 16).replace('T', ' '),
      run: shortRun(run.runId),
      subject: run.subject,
      by: whoTriggered(run.trigger),
      status: run.status,
      headline: run.headline ?? null,
    })),
  };
}
