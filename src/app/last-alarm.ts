import type { RunRequest } from '../core/run.ts';
import { incidentOf } from '../core/trigger.ts';
import type { State } from '../state/index.ts';

/**
 * The ISO time at which the newest alarm of the run's incident began that is still on, or that of the run's own trigger where
 * it began something; null where nothing is on.
 */
export async function lastAlarm(
  { incidents }: Pick<State, 'incidents'>,
  { subject, trigger }: Pick<RunRequest, 'subject' | 'trigger'>,
): Promise<string | null> {
  const incident = await incidents.last(subject);
  const isOpen = incident !== undefined && incident.id === incidentOf(trigger) && incident.resolvedAt === undefined;
  const open = Object.values(isOpen ? incident.alarms : {}).filter(({ state }) => state === 'ALARM');
  const began = trigger.kind === 'event' || (trigger.kind === 'alarm' && trigger.state === 'ALARM');
  const times = [...open.map(({ at }) => at), ...(began ? [trigger.at] : [])];
  return times.toSorted().at(-1) ?? null;
}
