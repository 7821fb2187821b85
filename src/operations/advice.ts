import { defineOperation, read } from '../core/operation.ts';
import type { PostgresTarget } from '../targets/postgres.ts';
import { StatementArguments, STATEMENT_FIELD } from './explain/arguments.ts';
import { adviceReport } from './explain/advice-report.ts';
import { asShown } from './explain/hidden-names.ts';
import { whyOf } from './explain/why.ts';

const steps = { why: read(async (target: PostgresTarget, asked: { ids: readonly string[] }) => whyOf(target, asked)) };

/** What to do about one slow statement. */
export const advice = defineOperation({
  id: 'advice',
  title: 'What would make a statement faster',
  why: 'Says what would help one statement, as SQL to copy, with what it locks and costs; indexes are proved where HypoPG is there. It changes nothing.',
  engines: ['postgres'],
  scope: 'target',
  risk: 'reads',
  role: 'viewer',
  args: StatementArguments,
  fields: [STATEMENT_FIELD],
  examples: ['advice shop-db q:7f3a12'],
  steps,

  async run(context, { statement }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const { [statement]: why } = await context.steps.why(target, { ids: [statement] });
    return { done: adviceReport(target.name, why && asShown(target, why), context.startedAt) };
  },
});
