import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A program that answers for AWS and Slack at once and with nothing in it, in a process of its own, so that it does not share
 * an event loop with what is measured. Says its port over the channel to its parent and ends with it.
 */
const EMPTY: Readonly<Record<string, string>> = { Query: '{"Items":[],"Count":0,"ScannedCount":0}' };

type StubAnswer = { status: number; type: string; body: string };

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const { status, type, body } = answerTo(request);
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
  });
});

/** DynamoDB names what is asked in a header, Lambda in the path; whatever is left is Slack's. */
function answerTo({ headers, url = '' }: IncomingMessage): StubAnswer {
  const [, operation] = String(headers['x-amz-target'] ?? '').split('.');
  if (operation !== undefined)
    return { status: 200, type: 'application/x-amz-json-1.0', body: EMPTY[operation] ?? '{}' };
  if (url.includes('/invocations')) return { status: 202, type: 'application/json', body: '' };
  return { status: 200, type: 'application/json', body: '{"ok":true,"users":[]}' };
}

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
