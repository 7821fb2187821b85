import type { VNode } from 'preact';
import type { SlackMessage } from '../message.ts';
import { Composer } from './composer.tsx';
import { Icon } from './icon.tsx';
import { MessageList } from './message-list.tsx';
import type { MessageProps } from './message.tsx';

type ThreadProps = {
  messages: readonly SlackMessage[];
  channelName: string;
  actionsFor: MessageProps['actionsFor'];
  send: (text: string) => Promise<void>;
  close: () => void;
};

/** A thread, beside its channel. */
export function ThreadPane({ messages, channelName, actionsFor, send, close }: ThreadProps): VNode {
  return (
    <aside class="pane thread" aria-label="Thread" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <header class="pane-head">
        <h2>
          Thread <small>#{channelName}</small>
        </h2>
        <button type="button" class="icon" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <MessageList messages={messages} actionsFor={actionsFor} empty={<div class="empty">This message is gone.</div>} />
      <Composer label="Reply" placeholder="Reply…" send={send} />
    </aside>
  );
}
