import * as v from 'valibot';
import { defineAnswer } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';
import { shortRun } from '../core/run.ts';
import { draftOf } from './run/draft.ts';
import { RunId, runField } from './run/run-id.ts';

/** The record of one run as a draft of a post-mortem, to copy. */
export const postmortem = defineAnswer({
  id: 'postmortem',
  title: 'Draft of a post-mortem',
  why: 'Writes the record of one run as Markdown to copy: what was asked, planned, approved, done and lost, minute by minute, with the questions that people have to answer.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'reads',
  role: 'viewer',
  args: v.strictObject({ run: RunId }),
  fields: [runField],
  examples: ['postmortem switchover-0a1b2c3d'],

  async answer(context, { run: id }) {
    const story = await context.run(id);
    const about = { operation: 'postmortem', subject: story?.run.subject ?? 'fleet', at: context.now } as const;
    if (!story) {
      const headline = `there is no run ${id} that you may see; runs are kept for 90 days`;
      return emptyReport({ ...about, status: 'unknown', headline });
    }
    const headline = `draft of a post-mortem of ${shortRun(story.run.runId)}`;
    const items = [{ text: 'Markdown, to copy', lines: draftOf(story), next: [] }];
    return { ...emptyReport({ ...about, status: 'info', headline }), items };
  },
});
