import * as v from 'valibot';
import type { NextAction } from '../core/finding.ts';
import { isLost, type Intent } from '../core/intent.ts';
import { defineOperation, type TargetName } from '../core/operation.ts';
import type { Json } from '../core/json.ts';
import { emptyReport, type Status } from '../core/report.ts';
import type { FenceSays } from '../core/writers.ts';
import { isClear, isUnderWay, shortRun } from '../core/run.ts';
import { withBackup } from './failover/ask-backup.ts';
import { repointAction } from './repoint/note.ts';

const Name = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, 'is empty'),
  v.maxLength(128, 'is longer than 128 characters'),
);

/** Asks what became of a step whose room died, and lets go of what it held. The bot starts it by itself. */
export const settle = defineOperation({
  id: 'settle',
  title: 'Ask what became of a step that was cut off',
  why: 'Where the bot died while it changed something, asks the database what became of it: what is nearly done is finished, what is held is let go. It starts by itself within three minutes.',
  engines: ['postgres', 'redis'],
  scope: 'target',
  risk: 'writes',
  startsByItself: true,
  role: 'operator',
  args: v.strictObject({ run: Name, step: Name }),
  fields: [
    { name: 'run', label: 'Run that was cut off', hint: 'switchover-0a1b2c3d…, the whole id', required: true },
    { name: 'step', label: 'Its step', hint: 'switchover.carryOut', required: true },
  ],
  examples: ['settle shop-db switchover-0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d switchover.carryOut'],
  steps: {},

  async run(context, { run, step }) {
    const [target] = context.targets;
    if (!target) return { refused: 'no target was named' };
    const about = { operation: 'settle', subject: target.name, at: context.startedAt };
    const name = shortRun(run);
    const intent = await context.openIntent(target, run, step);
    if (!intent) return { refused: `${step} of ${name} is not open: it has answered, or was settled already` };
    if (!isLost(intent, Date.parse(context.startedAt))) {
      return {
        refused: `${step} of ${name} began a moment ago and may still be at work; it ends or rolls back by itself`,
      };
    }
    const truth = await context.settle(target, intent);
    const why = intent.movesWrites ? whyCoolDown(truth) : undefined;
    if (why !== undefined) await context.coolDown(target, COOL_DOWN_SECONDS, `${step} ${why}`);
    const fence = fenceAfter(truth);
    if (fence !== undefined) await context.rememberFence(target, fence);
    const { status, words } = read(truth);
    const headline = `${step} of ${name} was cut off: ${words}`;
    const health = { label: 'Show health', operation: 'health', target: target.name, args: [], disruptive: false };
    const next = [...repointAfter(target, truth), health];
    const outcome = { done: { ...emptyReport({ ...about, status, headline }), text: toldBy(truth), next } };
    return endedOf(truth) === 'failed-over' ? withBackup(context, target, newPrimary(intent), outcome) : outcome;
  },
});

/** Pure: who took the place of the dead primary, as the step was told. */
function newPrimary({ args }: Intent): string {
  const { to } = Object(args) as { to?: unknown };
  return typeof to === 'string' ? to : 'the new primary';
}

const COOL_DOWN_SECONDS = 3600;

/** Pure: what keeps the writes where they are; a failover does, however it was found out. */
function whyCoolDown(truth: Json): string | undefined {
  if (isUnderWay(truth)) return undefined;
  if (!isClear(truth)) return 'ended without a clear answer';
  return endedOf(truth) === 'failed-over' ? 'made another server the primary' : undefined;
}

/** Pure: how what keeps clients away was left, where the step says it. */
function fenceAfter(truth: Json): FenceSays | undefined {
  const ended = endedOf(truth);
  if (ended === 'closed' || ended === 'open') return ended;
  return (Object(truth) as { oldPrimary?: string }).oldPrimary === 'fenced' ? 'closed' : undefined;
}

/** Pure: clients have to follow by what they look up, and nobody else tells of it when the run is dead. */
function repointAfter({ name, pointerName }: TargetName, truth: Json): NextAction[] {
  const ended = endedOf(truth);
  const moved = ended === 'switched' || ended === 'failed-over';
  return moved && pointerName !== undefined ? [repointAction(name)] : [];
}

function endedOf(truth: Json): string | undefined {
  return (Object(truth) as { ended?: string }).ended;
}

/** Pure: what the database or its cloud said, in words. */
function read(truth: Json): { status: Status; words: string } {
  if (truth === 'unknown') {
    return {
      status: 'critical',
      words: 'nobody can say what became of it; a person has to look. It is asked again in ten minutes',
    };
  }
  const { ended, became, why, phase } = Object(truth) as { [said: string]: string | null | undefined };
  const end = (ended ?? became ?? 'it is over').replaceAll('-', ' ');
  const words = [end, why ?? phase].filter(Boolean).join('; ');
  return { status: ended === 'needs-a-human' ? 'critical' : 'warning', words };
}

/** Pure: what was lost, what is left for a person and what was proved: nobody else tells of it when the run is dead. */
function toldBy(truth: Json): string[] {
  const { lost, loss, left, evidence } = Object(truth) as {
    lost?: string;
    loss?: { sentences?: readonly string[] };
    left?: readonly string[];
    evidence?: readonly string[];
  };
  return [
    ...(lost === 'none' ? ['Lost: no acknowledged write.'] : []),
    ...(lost === 'unknown' ? ['Whether acknowledged writes were lost cannot be said.'] : []),
    ...(loss?.sentences ?? []),
    ...(left ?? []).map((sentence) => `To do: ${sentence}`),
    ...(evidence ?? []),
  ];
}
