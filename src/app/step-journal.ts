import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { StepJournal } from '../core/operation.ts';
import type { Grant } from '../core/plan.ts';
import type { RoomRequest } from '../core/run.ts';
import type { AuditEntry } from '../core/safety.ts';
import type { RoomTools } from './room.ts';

/** What a room writes with; `shown` makes of a value what may leave the room. */
type Recording = Pick<RoomTools, 'approvals' | 'audit' | 'intents' | 'now'> & { shown(value: Json): Json };

/** Pure: what is put on record of a step that acts; `phase` tells its entries from one another. */
export function actEntry(
  { now, shown }: Pick<Recording, 'now' | 'shown'>,
  { runId, operation, step, target }: RoomRequest,
  grant: Grant | undefined,
  { phase, detail }: { phase: string; detail: Json },
): AuditEntry {
  return {
    id: `${runId}:${operation}.${step}:${phase}`,
    at: new Date(now()).toISOString(),
    who: Array.isArray(grant?.by) ? grant.by.join(', ') : 'policy',
    what: 'acted',
    runId,
    operation,
    subject: target,
    detail: shown(detail),
  };
}

/** Kept beside the intent; each entry is on record before what it announces is done. */
export function journalOf(tools: Recording, request: RoomRequest): StepJournal {
  let before: Json = null;
  return {
    read: async () => (before = await tools.intents.journal(request)),
    write: async (entry) => {
      if (!(await tools.intents.write(request, before, entry)))
        throw new Fault('conflict', `${request.step} is over, or somebody else carries it on`);
      before = entry;
      const known = await tools.approvals.plan(request.runId);
      const phase = `journal ${new Date(tools.now()).toISOString()}`;
      const detail = { phase: 'journal', entry };
      await tools.audit.record(actEntry(tools, request, known?.granted, { phase, detail }));
    },
  };
}
