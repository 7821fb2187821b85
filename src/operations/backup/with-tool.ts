import type { ToolKind, ToolRound } from '../../core/backup-tool.ts';
import { toolTitles } from '../../core/backup-tool.ts';
import { Fault } from '../../core/errors.ts';
import type { Copying, RunContext, Steps, TargetName } from '../../core/operation.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Calls, CopyStep } from '../../core/steps.ts';
import type { AnyTarget } from '../../targets/index.ts';
import type { LookedAtTool } from './take.ts';
import { toolReport } from './tool-report.ts';

export type ToolArgs = { kind: ToolKind; after: string | null; round: number };

/** The room looks on for ten minutes at a time; so many are four days. */
const MOST_ROUNDS = 600;

/** Has the tool make a backup, or looks on while it does; it is not ended because the room's time is over. */
export async function withTool(_target: AnyTarget, args: ToolArgs, copying: Copying): Promise<ToolRound> {
  const { tool, runId, progress, signal } = copying;
  if (tool === undefined) throw new Fault('bug', 'no tool makes the backups of this target');
  return tool.backUp({ ...args, runId, progress, signal });
}

type WithTool = { withTool: CopyStep<AnyTarget, ToolArgs, ToolRound> };
type Context = Pick<RunContext<Steps>, 'progress' | 'startedAt'> & { steps: Calls<WithTool> };

/** Until the tool has made it, in rounds that survive the process that waits. */
export async function takeWithTool(
  context: Context,
  target: TargetName,
  { tool, after }: LookedAtTool,
  asked: Exclude<ToolKind, 'usual'> | '' | undefined,
): Promise<Outcome> {
  const kind = asked === undefined || asked === '' ? 'usual' : asked;
  const step = `${toolTitles[tool]} backs up ${target.name}`;
  await context.progress(step, 'in_progress');
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    // oxlint-disable-next-line no-await-in-loop -- one round after the other
    const said = await context.steps.withTool(target, { kind, after, round }, step);
    if ('refused' in said) return said;
    if ('made' in said) return { done: toolReport(target, tool, said.made, context.startedAt) };
  }
  return { refused: `${toolTitles[tool]} still works after four days: look with \`/db backups ${target.name}\`.` };
}
