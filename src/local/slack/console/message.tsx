import type { VNode } from 'preact';
import { blocksOfMessage } from '../block-ids.ts';
import { SLACKBOT } from '../message.ts';
import type { SlackMessage } from '../message.ts';
import { Avatar } from './avatar.tsx';
import { Blocks } from './blocks/blocks.tsx';
import { clockTime, formatDate, nearTime } from './dates.ts';
import { EMOJI } from './emoji.ts';
import { Files } from './files.tsx';
import { Icon } from './icon.tsx';
import { Mrkdwn } from './mrkdwn-view.tsx';
import { useNames } from './names.ts';
import { SurfaceContext, useSurfaceOf } from './surface.ts';
import type { Actions } from './surface.ts';

export type MessageProps = {
  message: SlackMessage;
  /** True when it follows another one of the same author: without head. */
  compact: boolean;
  actionsFor: (message: SlackMessage) => Actions;
  replies?: readonly SlackMessage[];
  openThread?: (() => void) | undefined;
};

export function Message({ message, compact, actionsFor, replies = [], openThread }: MessageProps): VNode {
  const names = useNames();
  const surface = useSurfaceOf(actionsFor(message));
  const name = message.user === SLACKBOT ? 'Slackbot' : names.user(message.user);
  const ephemeral = message.ephemeralFor !== undefined;
  return (
    <article class={`message ${compact ? 'compact' : ''} ${ephemeral ? 'ephemeral' : ''}`} data-ts={message.ts}>
      {ephemeral && (
        <div class="only-you">
          <Icon name="eye" /> Only visible to you
        </div>
      )}
      {compact ? <time class="gutter">{clockTime(message.ts)}</time> : <Avatar name={name} isBot={message.fromBot} />}
      <div class="message-body">
        {!compact && (
          <div class="message-head">
            <strong>{name}</strong>
            {message.fromBot && <span class="badge">APP</span>}
            <time title={formatDate(Number(message.ts), '{date_long} {time_secs}')}>{clockTime(message.ts)}</time>
          </div>
        )}
        <SurfaceContext.Provider value={surface}>
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
          <Icon name="reply" />
        </button>
      )}
    </article>
  );
}

function Content({ message }: { message: SlackMessage }): VNode {
  const edited = message.edits > 0 && <span class="edited"> (edited)</span>;
  if (message.blocks.length === 0 && message.text === '') return <></>;
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
      <Blocks blocks={blocksOfMessage(message)} />
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

const FACES = 4;

function ThreadLink({ replies, open }: { replies: readonly SlackMessage[]; open: () => void }): VNode {
  const names = useNames();
  const last = replies.at(-1);
  const authors = [...new Map(replies.map(({ user, fromBot }) => [user, fromBot]))].slice(0, FACES);
  return (
    <button type="button" class="thread-link" onClick={open}>
      {authors.map(([user, isBot]) => (
        <Avatar key={user} name={names.user(user)} isBot={isBot} />
      ))}
      <b>{replies.length === 1 ? '1 reply' : `${replies.length} replies`}</b>
      {last && <span>Last reply {nearTime(last.ts)}</span>}
    </button>
  );
}
