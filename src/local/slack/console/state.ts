import type { Change } from '../changes.ts';
import type { ConsoleStatus } from '../console-status.ts';
import type { SlackMessage, SlackView } from '../message.ts';

/** What the page knows of the workspace. */
export type ConsoleState = {
  status?: ConsoleStatus;
  messages: readonly SlackMessage[];
  modal: SlackView | null;
  home: SlackView | null;
  connected: boolean;
};

export const emptyState: ConsoleState = { messages: [], modal: null, home: null, connected: false };

/** The state after a change that concerns `user`'s eyes. */
export function afterChange(state: ConsoleState, change: Change, user: string): ConsoleState {
  switch (change.kind) {
    case 'message':
      return { ...state, messages: withMessage(state.messages, change.message) };
    case 'gone':
      return {
        ...state,
        messages: state.messages.filter(({ channel, ts }) => channel !== change.channel || ts !== change.ts),
      };
    case 'view':
      return change.user === user ? { ...state, modal: change.view } : state;
    case 'home':
      return change.user === user ? { ...state, home: change.view } : state;
    case 'status':
      return state;
  }
}

function withMessage(messages: readonly SlackMessage[], message: SlackMessage): SlackMessage[] {
  const others = messages.filter(({ channel, ts }) => channel !== message.channel || ts !== message.ts);
  return [...others, message].toSorted((one, other) => (one.ts < other.ts ? -1 : 1));
}

/** What this person sees of a channel: the messages outside of threads. */
export function channelMessages({ messages }: ConsoleState, channel: string, user: string): SlackMessage[] {
  return messages.filter((one) => one.channel === channel && isTop(one) && isSeenBy(one, user));
}

/** A thread as this person sees it: its first message and the replies. */
export function threadMessages(
  { messages }: ConsoleState,
  channel: string,
  rootTs: string,
  user: string,
): SlackMessage[] {
  return messages.filter(
    (one) => one.channel === channel && (one.ts === rootTs || one.threadTs === rootTs) && isSeenBy(one, user),
  );
}

function isTop({ threadTs, ts }: SlackMessage): boolean {
  return threadTs === undefined || threadTs === ts;
}

function isSeenBy({ ephemeralFor }: SlackMessage, user: string): boolean {
  return ephemeralFor === undefined || ephemeralFor === user;
}
