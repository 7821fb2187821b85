import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asFault } from '../../../core/errors.ts';
import { serveConsole } from './console-routes.ts';
import type { ConsoleFiles } from './console-routes.ts';
import { serveControl } from './control-routes.ts';
import type { Control } from './control-routes.ts';
import { whyRefused } from './guard.ts';
import { replyJson } from './reply.ts';
import { serveSlack } from './slack-routes.ts';
import { serveUploadOfPerson } from './upload-route.ts';

export type RunningServer = { port: number; stop(): Promise<void> };

/** Serves Slack, the control API and the console on 127.0.0.1: on the wanted port if it is free, else on another. */
export async function startServer(
  control: Control,
  consoleFiles: ConsoleFiles,
  wantedPort: number | undefined,
): Promise<RunningServer> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    void serve(control, consoleFiles, port, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    const { port } = server.address() as AddressInfo;
    if (whyRefused(request, port)) socket.destroy();
    else control.workspace.sockets.upgrade(request, socket, head);
  });
  await listen(server, wantedPort ?? 0).catch(() => listen(server, 0));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    stop: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve()); // stopped twice is stopped: the fault of a closed server is none
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function serve(
  control: Control,
  consoleFiles: ConsoleFiles,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refused = whyRefused(request, port);
  if (refused) return replyJson(response, 403, { error: refused });
  try {
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    if (await serveSlack(control.workspace, request, response, url.pathname)) return;
    if (await serveUploadOfPerson(control.workspace, request, response, url)) return;
    if (await serveControl(control, request, response, url)) return;
    if (serveConsole(control.workspace, consoleFiles, request, response, url)) return;
    replyJson(response, 404, { error: 'not_found' });
  } catch (thrown) {
    const { code, message } = asFault(thrown);
    if (!response.headersSent) replyJson(response, code === 'invalid_request' ? 400 : 500, { error: message });
    else response.end();
  }
}

function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}
