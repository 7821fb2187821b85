import * as v from 'valibot';
import { defineAnswer } from '../core/operation.ts';
import { emptyReport } from '../core/report.ts';
import { shortRun } from '../core/run.ts';
import { noSuchRun, RunId, runField } from './run/run-id.ts';

const Reason = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(10, 'say why it cannot wait for a second person; everybody will read it'),
  v.maxLength(300, 'say it in 300 characters at most'),
);

/** The emergency rule: one approver does without the others, and everybody is told at once. */
export const breakglass = defineAnswer({
  id: 'breakglass',
  title: 'Approve alone, in an emergency',
  why: 'Grants a plan that needs several people on the word of one approver, where the config allows it. It has a mark of its own on record, and all approvers are told before anything is done.',
  engines: ['postgres', 'redis'],
  scope: 'none',
  risk: 'writes',
  role: 'approver',
  args: v.strictObject({ run: RunId, reason: Reason }),
  fields: [
    runField,
    {
      name: 'reason',
      label: 'Why it cannot wait',
      hint: 'The shop is down and nobody else answers',
      required: true,
      takesRest: true,
    },
  ],
  examples: ['breakglass switchover-0a1b2c3d the shop is down and nobody else answers'],

  async answer(context, { run: id, reason }) {
    const about = { operation: 'breakglass', subject: 'fleet', at: context.now } as const;
    const story = await context.run(id);
    if (!story) return emptyReport({ ...about, status: 'unknown', headline: noSuchRun(id) });
    const { run } = story;
    const said = await context.breakGlass(run, reason);
    if ('granted' in said) {
      const headline = `${shortRun(run.runId)} goes on by your word alone; all approvers are being told, and it is on record`;
      return emptyReport({ ...about, subject: run.subject, status: 'warning', headline });
    }
    const who = said.who === undefined ? '' : ` Who can: ${said.who}.`;
    return emptyReport({ ...about, subject: run.subject, status: 'warning', headline: `${said.refused}${who}` });
  },
});
