import type { RunContext, TargetName } from '../../core/operation.ts';
import { askRooms, type lookSteps } from './ask.ts';
import { changesOf, type TargetChanges } from './changes.ts';
import { judgedOf, pass } from './pass.ts';
import { MOST_NEIGHBOURS, withTrouble } from './what-changed.ts';

type Context = RunContext<typeof lookSteps>;

/**
 * What changed on the targets of the other engine beside one in trouble, each against its own last good look. They are looked at
 * as in a report of their own, but nothing is kept of it; one that cannot be looked at leaves a note.
 */
export async function lookAround(target: TargetName, context: Context): Promise<readonly TargetChanges[]> {
  const all = context.neighbours(target);
  const some = all.slice(0, MOST_NEIGHBOURS);
  if (some.length === 0) return [];
  const seen = await context.each('look around', some, (one, inner) =>
    besides(one, inner).catch((thrown: unknown) =>
      unseen(one, thrown instanceof Error ? thrown.message : String(thrown)),
    ),
  );
  const more = all.length - some.length;
  if (more === 0) return seen;
  return [
    ...seen,
    { ...nothing(target), notes: [`${more} more targets of ${target.environment} were not looked at.`] },
  ];
}

async function besides(target: TargetName, context: Context): Promise<TargetChanges> {
  // What clouds and exporters tell of it costs more than it explains here.
  const { read: look } = await askRooms({ ...target, cloud: false, exporters: false }, context);
  if (look.unseen !== undefined) return unseen(target, look.unseen);
  const past = await context.past(target);
  const at = context.startedAt;
  const input = { target: { ...target, cloud: false, exporters: false }, look, past, context, at };
  const { judged, evaluated, rates } = pass({ ...input, judged: judgedOf(input) });
  const limits = (check: string) => context.limits(target, check);
  const own = changesOf({ target, good: past.good, rates, now: { at, samples: judged.samples }, limits });
  return withTrouble(own, evaluated.told);
}

function unseen(target: TargetName, reason: string): TargetChanges {
  return { ...nothing(target), notes: [`${target.name} could not be looked at: ${reason}.`] };
}

function nothing({ name }: TargetName): TargetChanges {
  return { target: name, since: null, changes: [], notes: [] };
}
