import { Fault } from '../core/errors.ts';
import { createMask } from '../core/mask.ts';
import type { RoomAnswer, RoomRequest } from '../core/run.ts';
import { openLogs } from '../providers/logs.ts';
import { findRunOperation } from './find-operation.ts';
import { keptNames } from './hiding.ts';
import { knowledge, type Knowledge } from './knowledge.ts';
import { nothingActs } from './nothing-acts.ts';
import { runInRoom, type RoomTools } from './room.ts';

/**
 * The handler of the room for logs that the provider keeps. It has no login to any database, no Slack token and no state: it
 * fetches, masks and returns, so nothing that it is asked for can act. A config that cannot be read is an answer too.
 */
export async function logsDoor(): Promise<(event: unknown) => Promise<RoomAnswer>> {
  try {
    const tools = logsTools(await knowledge());
    return (event) => runInRoom(tools, 'logs', event as RoomRequest);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { code, message } = thrown;
    return async () => ({ fault: { code, message } });
  }
}

/** What the room works with: the config, and its own rights in AWS. */
export function logsTools({ config, environment }: Knowledge): RoomTools {
  return {
    operation: findRunOperation,
    open: async (name) => {
      const spec = config.targets.find((target) => target.name === name);
      if (!spec) throw new Fault('invalid_request', `nightshift.yaml has no target ${name}`);
      return openLogs(spec, { region: environment.region, now: Date.now });
    },
    mask: createMask([]),
    keptNames: (name) => keptNames(config.targets.find((target) => target.name === name)),
    ...nothingActs(),
    environmentOf: () => '',
    now: Date.now,
  };
}
