import type { ConsoleStatus } from './console-status.ts';
import { asJson } from './json-fields.ts';
import type { DrillSwitch } from './options.ts';
import type { Workspace } from './workspace.ts';

/** A server that goes down at this moment cannot be asked: the console asks again. */
async function isOn(drill: DrillSwitch): Promise<boolean> {
  try {
    return await drill.isOn();
  } catch {
    return false;
  }
}

/** All that the console needs to draw its frame; `fleet` is whatever the fleet says of itself. */
export async function statusOf({ options, bot, faults }: Workspace): Promise<ConsoleStatus> {
  const drills = await Promise.all(
    (options.drills ?? []).map(async (drill) => {
      const { name, title, what } = drill;
      return { name, title, what, on: await isOn(drill) };
    }),
  );
  return {
    team: options.team,
    bot,
    users: options.users,
    channels: options.channels.map(({ id, name }) => ({ id, name: name.replace(/^#/, '') })),
    drills,
    events: options.events ?? [],
    hint: options.hint ?? '[verb] [target]',
    examples: options.examples ?? ['/db', '/db help'],
    faults: faults.now(),
    fleet: asJson((await options.status?.()) ?? {}),
  };
}
