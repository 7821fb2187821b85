import * as v from 'valibot';
import { Fault } from '../core/errors.ts';
import { actInCloud, control, defineOperation } from '../core/operation.ts';
import type { AnyCloud } from '../targets/cloud.ts';
import type { CloudRestore, RestoreAsk, RestoreOrder, RestoreResult } from '../targets/cloud-restore.ts';
import { restorePlan, restoreReport } from './restore/words.ts';
import { untilOver } from './until-over.ts';

const steps = {
  look: control(async (cloud: AnyCloud, asked: RestoreAsk) => restoreIn(cloud)?.look(asked) ?? none(cloud)),
  begin: actInCloud(
    (cloud: AnyCloud, order: RestoreOrder): Promise<RestoreResult> => demand(cloud).begin(order),
    (cloud: AnyCloud, order: RestoreOrder, begunAt): Promise<RestoreResult | 'unknown'> =>
      demand(cloud).follow(order, begunAt),
  ),
};

const Snapshot = v.pipe(v.string(), v.regex(/^[\w:.-]{1,255}$/, 'is the name of a snapshot, as `backups` lists it'));

const Moment = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[\w:.+ -]{0,40}$/, 'is `latest` or a time: 2026-11-29T02:00:00Z'),
);

/** Makes something new of a snapshot or of a moment, where a cloud hosts the target. It never goes over anything that is there. */
export const restore = defineOperation({
  id: 'restore',
  title: 'Restore into a new instance',
  why: 'Has AWS make a new instance, cluster or replication group of a snapshot, or of a second between snapshots: not public, protected, with the network and parameters of its source; nothing that is there is touched and no client is pointed to it. What Nightshift backed up itself is restored by `nightshift restore` (docs/restore.md).',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  approval: { by: 'people', count: 1 },
  role: 'operator',
  args: v.strictObject({ from: v.optional(Snapshot), to: v.optional(Moment) }),
  fields: [
    { name: 'from', label: 'Snapshot, where it is not the newest', hint: 'nightshift-shop-db-…', required: false },
    { name: 'to', label: 'To: latest, or a time (UTC)', hint: '2026-11-29T02:00:00Z', required: false },
  ],
  examples: ['restore shop-db', 'restore shop-db to=2026-11-29T02:00:00Z'],
  steps,

  async run(context, { from = null, to: typed = '' }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    if (!target.cloud)
      return { refused: `restore ${target.name} in a terminal: \`nightshift restore\` (docs/restore.md)` };
    const { runId, startedAt } = context;
    const look = await context.steps.look(target, { from, to: typed === '' ? null : typed, run: runId, at: startedAt });
    if ('refused' in look) return look;
    const order: RestoreOrder = { from: look.from, as: look.as, settings: look.settings };
    const decision = await context.approval(restorePlan({ runId, startedAt, target }, look));
    if ('refused' in decision) return decision;
    const step = `Have the cloud make ${order.as}`;
    await context.progress(step, 'in_progress');
    const first = await context.steps.begin(target, order, decision.granted);
    const said = await untilOver<RestoreResult>(context, first, {
      step,
      ask: () => context.steps.begin.became(target, order),
    });
    return restoreReport({ runId, startedAt, target }, order, said);
  },
});

function restoreIn(cloud: AnyCloud): CloudRestore | undefined {
  return cloud.restore;
}

function none({ name }: AnyCloud): { refused: string } {
  return {
    refused: `the bot has nothing that restores ${name}: use the console of AWS (docs/backups.md)`,
  };
}

function demand(cloud: AnyCloud): CloudRestore {
  if (cloud.restore) return cloud.restore;
  throw new Fault('unsupported', none(cloud).refused);
}
