import type { ServerResponse } from 'node:http';
import type { Workspace } from '../workspace.ts';

/** Sends every change as a server-sent event until the reader goes away. */
export function serveStream({ changes }: Workspace, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  response.write('retry: 1000\n\n');
  const end = changes.subscribe((change) => response.write(`data: ${JSON.stringify(change)}\n\n`));
  response.on('close', end);
}
