import { asFault } from '../../core/errors.ts';
import { logs, read, type RunContext, type TargetName } from '../../core/operation.ts';
import type { PostgresLogs } from '../../targets/logs.ts';
import type { PostgresTarget } from '../../targets/postgres.ts';
import { lookAtLogs, type AskedLog, type LogLook } from './look.ts';

/** Servers of one's own hand their log out themselves, in the read room; what a cloud keeps is asked for in the room for logs. */
export const logSteps = {
  server: read(async (target: PostgresTarget, asked: AskedLog): Promise<LogLook> =>
    lookAtLogs(
      target.logs ?? [],
      target.unreached.map(({ name, reason, next }) => ({ member: name, reason, next: next ?? null })),
      asked,
    ),
  ),
  kept: logs(async (target: PostgresLogs, asked: AskedLog): Promise<LogLook> => lookAtLogs(target.logs, [], asked)),
};

/** The logs of a target, from the room that reaches them. A room that fails is a look at nothing, with the reason. */
export async function askLogs(
  { steps }: Pick<RunContext<typeof logSteps>, 'steps'>,
  target: TargetName,
  asked: AskedLog,
): Promise<LogLook> {
  try {
    return target.cloud === true ? await steps.kept(target, asked) : await steps.server(target, asked);
  } catch (thrown) {
    return { members: [], unreached: [{ member: target.name, reason: asFault(thrown).message, next: null }] };
  }
}
