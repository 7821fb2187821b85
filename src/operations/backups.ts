import * as v from 'valibot';
import { defineOperation } from '../core/operation.ts';
import { backupsReport } from './backups/report.ts';
import { environmentBackups } from './backups/environment.ts';
import { overviewReport, overviewRow } from './backups/overview.ts';
import { policyReport } from './backups/policy.ts';

const VIEW_WORDS =
  'say `policy` for what is asked and what is given, `overview` for all targets at a glance, or nothing for the list';
const Arguments = v.strictObject({
  view: v.optional(v.pipe(v.string(), v.toLowerCase(), v.picklist(['policy', 'overview'], VIEW_WORDS))),
});

/** What there is to restore from. It asks the stores alone, so that it answers when the database does not. */
export const backups = defineOperation({
  id: 'backups',
  title: 'Could we restore now',
  why: 'Says whether a restore would work now, in how long and with how much lost, and lists every backup with its size and what was proved of it; it asks the stores and no database.',
  engines: ['postgres', 'redis'],
  scope: 'environment',
  risk: 'reads',
  role: 'viewer',
  args: Arguments,
  fields: [{ name: 'view', label: 'What: the list, the policy or the overview', hint: 'policy', required: false }],
  examples: ['backups shop-db', 'backups shop-db policy', 'backups production overview'],
  steps: {},

  async run(context, { view }) {
    if (view === 'overview') {
      const rows = await context.each('look', context.targets, async (target, inner) =>
        overviewRow(target.name, await inner.backups(target)),
      );
      return { done: overviewReport(context.subject, rows, context.startedAt) };
    }
    const parts = await context.each('look', context.targets, async (target, inner) => {
      const about = { target: target.name, at: context.startedAt };
      const seen = await inner.backups(target);
      return view === 'policy' ? policyReport(about, seen) : backupsReport(about, seen);
    });
    const [only] = parts;
    if (only && parts.length === 1 && only.subject === context.subject) return { done: only };
    return { done: environmentBackups(context.subject, parts, context.startedAt) };
  },
});
