import type { WebSocket } from 'ws';

/** The WebSockets that are up. */
export type Connections = {
  count(): number;
  /** The next one in turn. */
  next(): WebSocket | undefined;
  /** Sends the oldest its last words; what it says afterwards, even its close, is not heard any more, as with Slack. */
  leave(lastWords: string): void;
  add(socket: WebSocket, onText: (text: string) => void): void;
  /** Drops all without a word. */
  cut(): void;
  /** Resolves when so many are up. */
  connected(count: number): Promise<void>;
};

export function createConnections(): Connections {
  const open = new Set<WebSocket>();
  const left = new Set<WebSocket>();
  const watchers = new Set<() => void>();
  let turns = 0;
  function changed(): void {
    for (const look of watchers) look();
  }
  return {
    count: () => open.size,
    next: () => [...open][turns++ % open.size],
    leave(lastWords) {
      const [socket] = open;
      if (socket === undefined) return;
      open.delete(socket);
      left.add(socket);
      socket.send(lastWords);
      socket.pause();
      changed();
    },
    add(socket, onText) {
      open.add(socket);
      socket.on('message', (data: Buffer) => onText(data.toString('utf8')));
      socket.on('error', () => socket.terminate());
      socket.on('close', () => {
        open.delete(socket);
        left.delete(socket);
        changed();
      });
      changed();
    },
    cut() {
      for (const socket of [...open, ...left]) socket.terminate();
    },
    connected(count) {
      return new Promise((resolve) => {
        function look(): void {
          if (open.size !== count) return;
          watchers.delete(look);
          resolve();
        }
        watchers.add(look);
        look();
      });
    },
  };
}
