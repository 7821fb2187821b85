import type { VNode } from 'preact';
import { SLACKBOT } from '../message.ts';
import type { SlackMessage } from '../message.ts';
import { Avatar } from './avatar.tsx';
import { Blocks } from './blocks/blocks.tsx';
import { clockTime, formatDate } from './dates.ts';
import { EMOJI } from './emoji.ts';
import { Files } from './files.tsx';
import { Mrkdwn } from './mrkdwn-view.tsx';
import { useNames } from './names.ts';
import { SurfaceContext } from './surface.ts';

export type MessageProps = {
  message: SlackMessage;
  /** True when it follows another one of the same author: without head. */
  compact: boolean;
  act: (message: SlackMessage, actionId: string, value?: string) => Promise<void>;
  replies?: readonly SlackMessage[];
  openThread?: (() => void) | undefined;
};

export function Message({ message, compact, act, replies = [], openThread }: MessageProps): VNode {
  const names = useNames();
  const name = message.user === SLACKBOT ? 'Slackbot' : names.user(message.user);
  const ephemeral = message.ephemeralFor !== undefined;
  return (
    <article class={`message ${compact ? 'compact' : ''} ${ephemeral ? 'ephemeral' : ''}`} data-ts={message.ts}>
      {compact ? <time class="gutter">{clockTime(message.ts)}</time> : <Avatar name={name} isBot={message.fromBot} />}
      <div class="message-body">
        {ephemeral && <div class="only-you">👁 Only visible to you</div>}
        {!compact && (
          <div class="message-head">
            <strong>{name}</strong>
            {message.fromBot && <span class="badge">APP</span>}
            <time title={formatDate(Number(message.ts), '{date_long} {time_secs}')}>{clockTime(message.ts)}</time>
          </div>
        )}
        <SurfaceContext.Provider value={{ act: (actionId, value) => act(message, actionId, value) }}>
          <Content message={message} />
        </SurfaceContext.Provider>
        <Files files={message.files} />
        <Reactions message={message} />
        {openThread && replies.length > 0 && <ThreadLink replies={replies} open={openThread} />}
      </div>
      {openThread && !ephemeral && (
        <button
          type="button"
          class="reply-button"
          title="Reply in thread"
          aria-label="Reply in thread"
          onClick={openThread}
        >
          💬
        </button>
      )}
    </article>
  );
}

function Content({ message }: { message: SlackMessage }): VNode {
  const edited = message.edits > 0 && <span class="edited"> (edited)</span>;
  if (message.blocks.length === 0) {
    return (
      <div class="text">
        <Mrkdwn text={message.text} />
        {edited}
      </div>
    );
  }
  return (
    <>
      <Blocks blocks={message.blocks} />
      {edited}
    </>
  );
}

function Reactions({ message }: { message: SlackMessage }): VNode | null {
  if (message.reactions.length === 0) return null;
  return (
    <div class="reactions">
      {message.reactions.map(({ name, users }) => (
        <span key={name} title={`:${name}:`}>
          {EMOJI[name] ?? `:${name}:`} {users.length}
        </span>
      ))}
    </div>
  );
}

function ThreadLink({ replies, open }: { replies: readonly SlackMessage[]; open: () => void }): VNode {
  const last = replies.at(-1);
  return (
    <button type="button" class="thread-link" onClick={open}>
      <b>{replies.length === 1 ? '1 reply' : `${replies.length} replies`}</b>
      {last && <span>Last reply {clockTime(last.ts)}</span>}
    </button>
  );
}
