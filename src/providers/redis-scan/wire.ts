import type { Duplex } from 'node:stream';
import { Fault } from '../../core/errors.ts';
import { replyReader, type Reply } from './replies.ts';

/** A connection of which we write and read the bytes ourselves. */
export type Wire = {
  /** Sends frames and waits for as many replies. Exchanges are answered in the order in which they were sent. */
  exchange(frames: string, replies: number): Promise<readonly Reply[]>;
  /** Gives the connection back to whoever had it. */
  release(): void;
};

type Listener = (...args: readonly unknown[]) => void;
type Open = { replies: Reply[]; wanted: number; done(replies: readonly Reply[]): void; failed(thrown: unknown): void };

/**
 * Takes the bytes of a connection that a driver has opened and logged in, so that address, password and TLS are settled in one
 * place and the member keeps its one connection. The driver must have no question open, and must ask none until the release.
 */
export function takeOver(stream: Duplex): Wire {
  const theirs = stream.listeners('data') as Listener[];
  for (const listener of theirs) stream.off('data', listener);
  const open: Open[] = [];
  const onEnd = () => {
    const fault = new Fault('target_unreachable', 'the connection was cut while keys were looked at');
    for (const one of open.splice(0)) one.failed(fault);
  };
  const read = replyReader((reply) => {
    const [first] = open;
    if (!first) return;
    first.replies.push(reply);
    if (first.replies.length < first.wanted) return;
    open.shift();
    first.done(first.replies);
  });
  stream.on('data', read).on('close', onEnd).on('error', onEnd);
  return {
    exchange: (frames, wanted) =>
      new Promise((done, failed) => {
        if (stream.destroyed) return onlyFails(failed);
        open.push({ replies: [], wanted, done, failed });
        stream.write(frames, 'latin1');
      }),
    release() {
      stream.off('data', read).off('close', onEnd).off('error', onEnd);
      for (const listener of theirs) stream.on('data', listener);
    },
  };
}

function onlyFails(failed: (thrown: unknown) => void): void {
  failed(new Fault('target_unreachable', 'the connection is closed'));
}
