import type { LogMove } from '../../core/log-position.ts';
import type { RunContext, TargetName } from '../../core/operation.ts';
import { askLogs, type logSteps } from './ask.ts';
import type { AskedLog, LogLook } from './look.ts';

type Context = Pick<RunContext<typeof logSteps>, 'steps' | 'logPositions' | 'advanceLogs' | 'keepLoggedPlans'>;

/**
 * What was written since the last reading of a schedule: nothing is told twice and nothing is left out, whatever was rotated or
 * started again in between. What another run read at the same time is told by that one. Plans that auto_explain logged are kept for
 * `slow`.
 */
export async function ongoingLog(
  context: Context,
  target: TargetName,
  asked: AskedLog,
): Promise<{ look: LogLook; asked: AskedLog }> {
  const after = await context.logPositions(target);
  const look = await askLogs(context, target, { ...asked, after });
  const moves: LogMove[] = look.members.flatMap(({ member, seen }) =>
    'sample' in seen ? [{ member, from: after[member] ?? null, to: seen.sample.position }] : [],
  );
  const ours = moves.length === 0 ? [] : await context.advanceLogs(target, moves);
  const members = look.members.filter(({ member, seen }) => !('sample' in seen) || ours.includes(member));
  const plans = members.flatMap(({ seen }) => ('sample' in seen ? (seen.sample.plans ?? []) : []));
  if (plans.length > 0) await context.keepLoggedPlans(target, plans);
  const begins = members.flatMap(({ seen }) => ('sample' in seen ? [seen.sample.from] : []));
  return { look: { ...look, members }, asked: { ...asked, from: begins.toSorted()[0] ?? asked.from } };
}
