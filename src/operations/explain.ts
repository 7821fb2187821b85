import { defineOperation, read } from '../core/operation.ts';
import type { PostgresTarget } from '../targets/postgres.ts';
import { StatementArguments, STATEMENT_FIELD } from './explain/arguments.ts';
import { explainReport } from './explain/report.ts';
import { asShown } from './explain/hidden-names.ts';
import { whyOf } from './explain/why.ts';

const steps = { why: read(async (target: PostgresTarget, asked: { ids: readonly string[] }) => whyOf(target, asked)) };

/** Why one statement is slow. */
export const explain = defineOperation({
  id: 'explain',
  title: 'Why a statement is slow',
  why: 'Says why one statement takes its time: its plan without values, what makes it dear, and how sure that is. It never runs it.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: StatementArguments,
  fields: [STATEMENT_FIELD],
  examples: ['explain shop-db q:7f3a12'],
  steps,

  async run(context, { statement }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const { [statement]: why } = await context.steps.why(target, { ids: [statement] });
    return { done: explainReport(target.name, why && asShown(target, why), context.startedAt) };
  },
});
