import * as z from 'zod';
import { Fault } from '../core/errors.ts';
import { foldChanges } from './incident-fold.ts';
import { foldAlarm, type TargetAlarms } from './incident-rules.ts';
import type { AlarmChange, Incident, Recorded } from './incident.ts';
import { keys } from './keys.ts';
import type { Item, StateTable } from './table.ts';

/**
 * One item per target holds the last changes of its alarms; the incident is what they add up to.
 *
 * Every change is kept in one conditional write; two at the same moment are kept one after the other. A handler that was
 * killed after `record` finds `duplicate` when it is called again and goes on with the incident that comes with it.
 */
export type Incidents = {
  /** Fault `invalid_request` when `at` is no time. */
  record(target: string, change: AlarmChange): Promise<Recorded>;
  /** The last incident of a target, open or resolved. */
  last(target: string): Promise<Incident | undefined>;
  /** The last changes of the alarms of a target, in the order in which they happened. */
  changes(target: string): Promise<AlarmChange[]>;
};

const longestReason = 500;
const alarmsShape = z.object({
  target: z.string(),
  incidentId: z.string().optional(),
  changes: z.array(
    z.object({
      alarm: z.string(),
      state: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
      at: z.string(),
      reason: z.string(),
      children: z.array(z.string()).optional(),
      incident: z.string().optional(),
    }),
  ),
});

export function createIncidents(table: StateTable): Incidents {
  return {
    record: (target, change) => record(table, target, normalised(change)),
    last: async (target) => {
      const item = await table.get(keys.incident(target));
      const { changes, incidentId } = asAlarms(item, target);
      const { incident } = foldChanges(changes);
      if (item === undefined || incident === undefined || incidentId === undefined) return undefined;
      return { ...incident, id: incidentId, target, version: item.version };
    },
    changes: async (target) => [...asAlarms(await table.get(keys.incident(target)), target).changes],
  };
}

function record(table: StateTable, target: string, change: AlarmChange): Promise<Recorded> {
  return table.decide<Recorded>(keys.incident(target), (item) => {
    const known = asAlarms(item, target);
    const { outcome, alarms, incident } = foldAlarm(known, change);
    const isKept = alarms !== known;
    const version = (item?.version ?? 0) + (isKept ? 1 : 0);
    const answer = { outcome, version, ...(incident === undefined ? {} : { incident: { ...incident, version } }) };
    return isKept ? { answer, write: alarms } : { answer };
  });
}

function asAlarms(item: Item | undefined, target: string): TargetAlarms {
  return item === undefined ? { target, changes: [] } : alarmsShape.parse(item);
}

/** CloudWatch writes `2026-11-24T03:14:15.000+0000`; kept times sort as text. */
function normalised(change: AlarmChange): AlarmChange {
  const atMs = Date.parse(change.at);
  if (Number.isNaN(atMs)) throw new Fault('invalid_request', `The alarm ${change.alarm} says no time of its change.`);
  return { ...change, at: new Date(atMs).toISOString(), reason: change.reason.slice(0, longestReason) };
}
