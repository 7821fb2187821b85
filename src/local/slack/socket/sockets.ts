import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { isObject, objectAt, parseJson, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import { createConnections } from './connections.ts';
import type { Envelope } from './envelope.ts';

/** What Slack says before it renews a connection, or when Socket Mode was switched off. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';

/** The Socket Mode side of the workspace: https://docs.slack.dev/apis/events-api/using-socket-mode */
export type Sockets = {
  /** For apps.connections.open: good for one connection. */
  issueTicket(): string;
  /** Takes over an upgrade request of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends to one connection in turn; resolves with what the app acknowledged. Undefined when no connection is there. */
  send(envelope: Envelope): Promise<JsonObject> | undefined;
  count(): number;
  /** Resolves when so many connections are up. */
  connected(count: number): Promise<void>;
  /** Tells the oldest connection to go, as Slack does every few hours. */
  disconnect(reason: DisconnectReason): void;
  /** Drops every connection without a word. */
  cut(): void;
  /** From now on every envelope comes so many times more, each with an id of its own. */
  repeat(times: number): void;
  stop(): void;
};

/** `mayConnect` is asked for each connection: false while Slack is away. */
export function createSockets(appId: string, mayConnect: () => boolean): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const connections = createConnections();
  const tickets = new Set<string>();
  const awaited = new Map<string, (payload: JsonObject) => void>();
  let repeats = 0;

  function welcome(socket: WebSocket): void {
    connections.add(socket, (text) => acknowledged(awaited, text));
    const info = { num_connections: connections.count(), connection_info: { app_id: appId } };
    socket.send(JSON.stringify({ type: 'hello', ...info, debug_info: { host: 'local' } }));
  }

  function deliver(envelope: Envelope): Promise<JsonObject> | undefined {
    const socket = connections.next();
    if (socket === undefined) return undefined;
    const envelope_id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<JsonObject>();
    awaited.set(envelope_id, resolve);
    socket.send(JSON.stringify({ envelope_id, ...envelope }));
    return promise;
  }

  return {
    issueTicket() {
      const ticket = randomBytes(12).toString('hex');
      tickets.add(ticket);
      return ticket;
    },
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const isWelcome =
        url.pathname === '/link' && mayConnect() && tickets.delete(url.searchParams.get('ticket') ?? '');
      if (isWelcome) server.handleUpgrade(request, socket, head, welcome);
      else socket.destroy();
    },
    send(envelope) {
      const answer = deliver(envelope);
      for (let n = 0; n < repeats; n += 1) void deliver(envelope);
      return answer;
    },
    count: connections.count,
    connected: connections.connected,
    disconnect: (reason) =>
      connections.leave(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local' } })),
    cut: connections.cut,
    repeat: (times) => void (repeats = times),
    stop() {
      connections.cut();
      server.close();
    },
  };
}

/** The payload of an acknowledgement is absent where there is nothing to say. */
function acknowledged(awaited: Map<string, (payload: JsonObject) => void>, text: string): void {
  const message = parseJson(text);
  if (!isObject(message)) return;
  const id = textAt(message, 'envelope_id') ?? '';
  awaited.get(id)?.(objectAt(message, 'payload') ?? {});
  awaited.delete(id);
}
