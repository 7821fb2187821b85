import type { SlackMessage, SlackView } from './message.ts';

/** What the console and waiting tests are told at once. */
export type Change =
  | { kind: 'message'; message: SlackMessage }
  | { kind: 'gone'; channel: string; ts: string }
  | { kind: 'view'; user: string; view: SlackView | null }
  | { kind: 'home'; user: string; view: SlackView }
  | { kind: 'status' };

export type Changes = {
  publish(change: Change): void;
  /** Returns what ends the subscription. */
  subscribe(listener: (change: Change) => void): () => void;
};

export function createChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  return {
    publish: (change) => {
      for (const listener of listeners) listener(change);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
