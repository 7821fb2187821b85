import { Fragment } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { VNode } from 'preact';
import type { SlackMessage } from '../message.ts';
import { dayOf } from './dates.ts';
import { Message } from './message.tsx';
import type { MessageProps } from './message.tsx';

type ListProps = {
  messages: readonly SlackMessage[];
  actionsFor: MessageProps['actionsFor'];
  repliesOf?: (message: SlackMessage) => readonly SlackMessage[];
  openThread?: (message: SlackMessage) => void;
  /** Shown when there is nothing yet. */
  empty?: VNode;
};

const SAME_AUTHOR_SECONDS = 300;
const NEAR_END_PIXELS = 120;

/** Messages by day; stays at the end as long as the reader is there. */
export function MessageList({ messages, actionsFor, repliesOf, openThread, empty }: ListProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const remember = (): void => {
    const { current } = list;
    if (current) atEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_END_PIXELS;
  };
  const follow = (): void => {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  useLayoutEffect(follow);
  useEffect(() => {
    const grown = new ResizeObserver(follow); // pictures and snippets arrive after their message
    for (const element of [list.current, list.current?.firstElementChild]) if (element) grown.observe(element);
    return () => grown.disconnect();
  }, []);
  return (
    <div class="messages" ref={list} onScroll={remember} role="log" aria-label="Messages" tabIndex={0}>
      <div class="messages-inner">
        {messages.length === 0 && empty}
        {messages.map((message, index) => (
          <Fragment key={message.ts}>
            {startsDay(message, messages[index - 1]) && (
              <div class="day">
                <span>{dayOf(message.ts)}</span>
              </div>
            )}
            <Message
              message={message}
              compact={follows(message, messages[index - 1])}
              actionsFor={actionsFor}
              replies={repliesOf?.(message) ?? []}
              openThread={openThread && (() => openThread(message))}
            />
          </Fragment>
        ))}
      </div>
    </div>
  );
}

function startsDay(message: SlackMessage, before: SlackMessage | undefined): boolean {
  return before === undefined || dayOf(before.ts) !== dayOf(message.ts);
}

/** A report keeps its head, plain words of one author go together. */
function follows(message: SlackMessage, before: SlackMessage | undefined): boolean {
  if (message.blocks.length > 0) return false;
  if (before?.user !== message.user || startsDay(message, before) || message.ephemeralFor || before.ephemeralFor)
    return false;
  return Number(message.ts) - Number(before.ts) < SAME_AUTHOR_SECONDS;
}
