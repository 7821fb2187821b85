import type { KnownBlock, PlanBlock, RichTextBlock } from '@slack/types';
import type { StepState } from '../core/operation.ts';
import { context, section, type Message, type Rendered } from './blocks.ts';
import { clip, counted, defuse, escape, inline, oneLine } from './mrkdwn.ts';
import { tableAsText } from './render-table.ts';

/** One step of a run that people watch. */
export type Task = { id: string; title: string; state: StepState; details?: string };
/** A run at work. `runId` is shown so that a person can name it. */
export type ProgressView = { title: string; subject: string; runId: string; tasks: readonly Task[] };
/** A run that has just been accepted. `by` is a Slack user id or `schedule:nightly-health`. */
export type StartedView = { operation: string; subject: string; runId: string; by: string };

const mostTasks = 20;
const taskIcons = {
  pending: ':white_circle:',
  in_progress: ':hourglass_flowing_sand:',
  complete: ':white_check_mark:',
  error: ':x:',
} as const;

/** The first form of a run's message. */
export function renderStarted(view: StartedView): Rendered {
  const line = `:hourglass_flowing_sand: *${inline(view.subject, 80)}* \`${inline(view.operation, 40)}\` is running`;
  const by = /^[UW][A-Z0-9]{2,20}$/.test(view.by) ? `<@${view.by}>` : inline(view.by, 80);
  return { text: line, blocks: [section(line), context(`Asked by ${by} · run ${inline(view.runId, 80)}`)], thread: [] };
}

/** A run's steps as a live list: https://docs.slack.dev/reference/block-kit/blocks/plan-block */
export function renderProgress(view: ProgressView): Rendered {
  const line = `:hourglass_flowing_sand: *${inline(view.subject, 80)}* ${inline(view.title, 200)}`;
  const done = view.tasks.filter((task) => task.state === 'complete').length;
  const more = view.tasks.length > mostTasks ? ` · ${counted(view.tasks.length - mostTasks, 'step')} more` : '';
  const steps = `${done} of ${counted(view.tasks.length, 'step')} done${more} · run ${inline(view.runId, 80)}`;
  const list = view.tasks.length === 0 ? [] : [planBlock(view)];
  return { text: `${line} (${steps})`, blocks: [section(line), ...list, context(steps)], thread: [] };
}

function planBlock(view: ProgressView): PlanBlock {
  return {
    type: 'plan',
    title: clip(defuse(oneLine(view.title)), 150) || 'Steps',
    tasks: view.tasks.slice(0, mostTasks).map((task) => ({
      type: 'task_card' as const,
      task_id: task.id,
      title: clip(defuse(oneLine(task.title)), 150) || task.id,
      status: task.state,
      ...(task.details ? { details: richText(task.details) } : {}),
    })),
  };
}

function richText(text: string): RichTextBlock {
  const element = { type: 'text' as const, text: clip(defuse(text), 300) };
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [element] }] };
}

/** The same message in the oldest blocks, for a Slack that refuses `plan` or `table`; nothing is lost but the look. */
export function simplified(message: Message): Message {
  return { text: message.text, blocks: message.blocks.flatMap(simpleBlocks) };
}

function simpleBlocks(block: KnownBlock): KnownBlock[] {
  if (block.type === 'table') return tableAsText(block);
  if (block.type === 'image') return [context(escape(block.alt_text))];
  if (block.type !== 'plan') return [block];
  const lines = (block.tasks ?? []).map((task) => {
    const state = String(task['status']) as StepState;
    return `${taskIcons[state] ?? taskIcons.pending} ${escape(String(task['title']))}`;
  });
  return [section(lines.join('\n') || escape(block.title))];
}
