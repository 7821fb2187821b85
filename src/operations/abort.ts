import * as v from 'valibot';
import { defineAnswer } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';
import { shortRun } from '../core/run.ts';
import { noSuchRun, RunId, runField } from './run/run-id.ts';

/** Stops a run before it begins to act, whether its plan waits for people or has been approved. */
export const abort = defineAnswer({
  id: 'abort',
  title: 'Stop a run',
  why: 'Stops a run that waits for approval, or was approved and has not begun to act. What has begun ends or rolls back by itself within its deadline.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'writes',
  role: 'operator',
  args: v.strictObject({ run: RunId }),
  fields: [runField],
  examples: ['abort switchover-0a1b2c3d'],

  async answer(context, { run: id }) {
    const about = { operation: 'abort', subject: 'fleet', at: context.now } as const;
    const story = await context.run(id);
    if (!story) return emptyReport({ ...about, status: 'unknown', headline: noSuchRun(id) });
    const { run } = story;
    const name = shortRun(run.runId);
    if (run.endedAt !== undefined) {
      const headline = `${name} has ended already: ${run.headline ?? run.status}`;
      return emptyReport({ ...about, subject: run.subject, status: 'info', headline });
    }
    const said = await context.abort(run);
    if ('aborted' in said) {
      const headline = `${name} is stopped; nothing was done, and nothing will be`;
      return emptyReport({ ...about, subject: run.subject, status: 'info', headline });
    }
    const who = said.who === undefined ? '' : ` Who can: ${said.who}.`;
    return emptyReport({ ...about, subject: run.subject, status: 'warning', headline: `${said.refused}${who}` });
  },
});
