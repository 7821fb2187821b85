import * as v from 'valibot';
import { defineAnswer } from '../core/operation.ts';
import { emptyReport, type Report } from '../core/report.ts';
import { shortRun } from '../core/run.ts';
import type { RunStory } from '../core/run-record.ts';
import { whoTriggered } from '../core/trigger.ts';
import { noSuchRun, RunId, runField } from './run/run-id.ts';
import { timelineOf } from './run/timeline.ts';

/** All that is on record of one run. */
export const run = defineAnswer({
  id: 'run',
  title: 'What one run did',
  why: 'Tells of one run who asked, what was planned, who approved, what was done and how it ended, from the record that cannot be changed.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({ run: RunId }),
  fields: [runField],
  examples: ['run switchover-0a1b2c3d'],

  async answer(context, { run: id }) {
    const story = await context.run(id);
    if (story) return storyReport(story, context.now);
    const about = { operation: 'run', subject: 'fleet', status: 'unknown', at: context.now } as const;
    return emptyReport({ ...about, headline: noSuchRun(id) });
  },
});

function storyReport({ run: record, plan, entries }: RunStory, at: string): Report {
  const { runId, operation, subject, status, trigger, startedAt, endedAt, headline = 'not ended yet' } = record;
  return {
    ...emptyReport({ operation: 'run', subject, status: 'info', headline: `${operation} ${status}: ${headline}`, at }),
    facts: [
      { label: 'Run', value: shortRun(runId) },
      { label: 'Asked by', value: whoTriggered(trigger) },
      { label: 'Began', value: startedAt },
      ...(endedAt === undefined ? [] : [{ label: 'Ended', value: endedAt }]),
      ...(plan === undefined ? [] : planFacts(plan)),
    ],
    tables: [timelineOf(entries)],
    next:
      endedAt === undefined && plan !== undefined
        ? [{ label: 'Abort', operation: 'abort', target: runId, args: [], disruptive: false }]
        : [],
  };
}

function planFacts({ plan, planHash, status, approvedBy }: NonNullable<RunStory['plan']>): Report['facts'] {
  return [
    { label: 'Plan', value: `${planHash.slice(0, 12)}, ${status}` },
    { label: 'Approved by', value: approvedBy.join(', ') || 'nobody' },
    ...plan.steps.map((step, index) => ({ label: `Step ${index + 1}`, value: step })),
    { label: 'Loss', value: plan.loss },
  ];
}
