import * as v from 'valibot';
import { actInStores, defineOperation, inStores } from '../core/operation.ts';
import type { StoredBackups } from '../targets/stored-backups.ts';
import {
  lookAtExpired,
  removeExpired,
  whatIsLeft,
  type PruneArgs,
  type PruneEnded,
  type PruneLook,
} from './prune/look.ts';
import { cloudSteps, pruneInCloud } from './prune/in-cloud.ts';
import { pruneArgs, prunePlan, removable } from './prune/plan.ts';
import { expiredReport, prunedReport, tellsOfBackups } from './prune/report.ts';

const APPLY_WORDS = 'say `apply` to delete, or nothing to see what would go';
const What = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(['', 'apply'], APPLY_WORDS));

export const steps = {
  ...cloudSteps,
  look: inStores((stored: StoredBackups, _args: null): Promise<PruneLook> => lookAtExpired(stored)),
  remove: actInStores(
    (stored: StoredBackups, args: PruneArgs): Promise<PruneEnded> => removeExpired(stored, args),
    (): Promise<PruneEnded> => whatIsLeft(),
  ),
};

/** Deletes the backups that the policy no longer wants and a newer proven one makes superfluous. */
export const prune = defineOperation({
  id: 'prune',
  title: 'Delete expired backups',
  why: 'Says which backups and which WAL the policy no longer wants and a newer, restored and verified backup makes superfluous; with `apply` deletes exactly these. Without it nothing is deleted.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'destroys',
  role: 'operator',
  approval: { by: 'policy' },
  graver: { 'prune-much': { by: 'people', count: 1 } },
  silent: true,
  startsByItself: true,
  isNews: tellsOfBackups,
  args: v.strictObject({ what: v.optional(What) }),
  fields: [
    { name: 'what', label: 'What: look, or delete', hint: 'apply; nothing to see what would go', required: false },
  ],
  examples: ['prune shop-db', 'prune shop-db apply'],
  steps,

  async run(context, { what }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    if (target.cloud) return pruneInCloud(context, target, what === 'apply');
    const look = await context.steps.look(target, null);
    const about = { target: target.name, at: context.startedAt };
    if (what !== 'apply' || removable(look).length === 0) return { done: expiredReport(about, look) };
    const decision = await context.approval(
      prunePlan({ runId: context.runId, startedAt: context.startedAt, target }, look),
    );
    if ('refused' in decision) return decision;
    await context.progress('Delete what expired', 'in_progress');
    const ended = await context.steps.remove(target, pruneArgs(look), decision.granted);
    return { done: prunedReport(about, look, ended) };
  },
});
