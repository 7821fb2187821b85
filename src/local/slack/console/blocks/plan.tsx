import type { VNode } from 'preact';
import { isObject, listAt, objectAt, textAt } from '../../json-fields.ts';
import type { JsonObject } from '../../json-fields.ts';
import { withEmoji } from '../emoji.ts';
import { Link } from '../mrkdwn-view.tsx';
import { RichText } from './rich-text.tsx';

/** The steps of a run, live (https://docs.slack.dev/reference/block-kit/blocks/plan-block). */
export function Plan({ block }: { block: JsonObject }): VNode {
  const tasks = listAt(block, 'tasks').filter(isObject);
  const done = tasks.filter(({ status }) => status === 'complete').length;
  return (
    <div class="block plan">
      <div class="plan-title">
        <strong>{withEmoji(textAt(block, 'title') ?? '')}</strong>
        <span class="plan-count">
          {done} of {tasks.length}
        </span>
      </div>
      {tasks.map((task, index) => (
        <TaskCard key={textAt(task, 'task_id') ?? index} block={task} />
      ))}
    </div>
  );
}

const STATE_WORDS: { readonly [status: string]: string } = {
  pending: 'waiting',
  in_progress: 'at work',
  complete: 'done',
  error: 'failed',
};

/** One task; `alone` when it stands outside of a plan, in a frame of its own. */
export function TaskCard({ block, alone }: { block: JsonObject; alone?: boolean }): VNode {
  const status = textAt(block, 'status') ?? 'pending';
  const details = objectAt(block, 'details');
  const output = objectAt(block, 'output');
  const sources = listAt(block, 'sources');
  return (
    <div class={`task ${status} ${alone ? 'block alone' : ''}`}>
      <span class="task-mark" role="img" aria-label={STATE_WORDS[status] ?? status} />
      <div class="task-body">
        <div class="task-title">{withEmoji(textAt(block, 'title') ?? '')}</div>
        {details && <RichText block={details} />}
        {output && <RichText block={output} />}
        {sources.length > 0 && (
          <div class="sources">
            {sources.map((source, index) => (
              <Link key={index} url={textAt(source, 'url') ?? ''} text={textAt(source, 'text') ?? ''} />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
