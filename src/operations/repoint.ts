import * as v from 'valibot';
import type { PointerChange } from '../core/pointer.ts';
import { actInCloud, control, defineOperation, read, type RunContext, type TargetName } from '../core/operation.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Grant } from '../core/plan.ts';
import type { Pointed, PointerEnd, PointerResult } from '../targets/pointer.ts';
import { demandPointer, lookAtPointer, lookAtServers, type Looked } from './repoint/look.ts';
import { repointPlan } from './repoint/plan.ts';
import { repointOutcome, unfollowed } from './repoint/report.ts';
import { backTo, whyMoved, whereTo, type Way } from './repoint/where-to.ts';
import { untilOver } from './until-over.ts';

/** In the place of a server. */
const UNDO = 'undo';

const steps = {
  pointer: control(lookAtPointer),
  servers: read(lookAtServers),
  write: actInCloud(
    (room: Pointed, change: PointerChange, _grant, journal): Promise<PointerResult> =>
      demandPointer(room).write(change, journal),
    (room: Pointed, change: PointerChange, begunAt, journal): Promise<PointerResult | 'unknown'> =>
      demandPointer(room).follow(change, begunAt, journal),
  ),
};

const Member = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(128, 'is longer than 128 characters'));

/** Makes what clients look the server up by name the server that takes the writes. */
export const repoint = defineOperation({
  id: 'repoint',
  title: 'Point clients to the server that takes the writes',
  why: 'Changes what clients look the server up by (a record of Route 53, a parameter of Systems Manager), if it still says what was seen, to the one server that takes the writes; `undo` puts back what it said before. It is refused while two servers take writes.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'interrupts',
  role: 'operator',
  args: v.strictObject({ to: v.optional(Member) }),
  fields: [
    {
      name: 'to',
      label: 'Server that takes the writes, or undo; leave it out for the one that does',
      hint: 'shop-db-2',
      required: false,
    },
  ],
  examples: ['repoint shop-db', 'repoint shop-db to=shop-db-2', 'repoint shop-db undo'],
  steps,

  async run(context, { to }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    if (target.pointerName === undefined) return { refused: whyNone(target) };
    const looked = await lookedAt(context, target);
    if ('refused' in looked) return looked;
    const way = to === UNDO ? backTo(looked, await context.pointerWrites(target)) : whereTo(looked, to);
    return 'refused' in way ? way : pointTo(context, target, looked, way);
  },
});

type Context = RunContext<typeof steps>;

async function lookedAt(context: Context, target: TargetName): Promise<Looked | { refused: string }> {
  const pointer = await context.steps.pointer(target, null);
  if ('refused' in pointer) return pointer;
  return { pointer, servers: await context.steps.servers(target, null) };
}

async function pointTo(context: Context, target: TargetName, looked: Looked, way: Way): Promise<Outcome> {
  const about = { runId: context.runId, startedAt: context.startedAt, target };
  const decision = await context.approval(repointPlan(about, looked, way));
  if ('refused' in decision) return decision;
  await context.progress('Look again whether the plan holds', 'in_progress');
  const again = await lookedAt(context, target);
  const changed = 'refused' in again ? again.refused : whyMoved(way, again);
  if (changed !== undefined) return { refused: `the plan does not hold any more: ${changed} Nothing was done` };
  return repointOutcome(about, looked, way, await written(context, target, way, decision.granted));
}

/** What it said is kept before it is changed: a run that dies in between can be taken back, too. */
async function written(context: Context, target: TargetName, { change }: Way, grant: Grant): Promise<PointerEnd> {
  const step = `Point ${target.pointerName} to ${change.after.host}`;
  await context.progress(step, 'in_progress');
  await context.keepPointer(target, change);
  const first = await context.steps.write(target, change, grant);
  const ask = () => context.steps.write.became(target, change);
  const said = await untilOver<PointerResult>(context, first, { step, ask });
  return said.ended === 'under-way' ? unfollowed(said.phase) : said;
}

function whyNone({ name }: TargetName): string {
  return `nothing is known by which clients look up ${name}: name the record or the parameter under targets.${name}.pointer (docs/runbooks/repoint.md)`;
}
