import type { IncomingMessage, ServerResponse } from 'node:http';
import { grantedScopes } from '../api/app.ts';
import { callApi } from '../api/call.ts';
import { parseJson } from '../json-fields.ts';
import { respond } from '../respond.ts';
import type { Workspace } from '../workspace.ts';
import { readArguments, readBody, readUpload } from './body.ts';
import { replyJson } from './reply.ts';

/** What stands for slack.com: the Web API, response URLs and uploads. False when the path is none of them. */
export async function serveSlack(
  workspace: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
  const [, place, id = '', method = ''] = path.split('/');
  const isSlack = (place === 'slack' && id === 'api') || place === 'respond' || place === 'upload';
  if (!isSlack || request.method !== 'POST') return false;
  const { outage } = workspace.faults.now();
  if (outage === 'refuse') return drop(response);
  const body = await readBody(request);
  if (outage === 'error') response.writeHead(500, { 'content-type': 'text/html' }).end('Internal Server Error');
  else if (place === 'slack') serveApi(workspace, request, response, method, body);
  else if (place === 'respond') serveResponseUrl(workspace, response, id, body);
  else await serveUpload(workspace, request, response, id, body);
  return true;
}

function serveApi(
  workspace: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
  body: Buffer,
): void {
  const given = readArguments(request.headers['content-type'] ?? '', body);
  const result = callApi(workspace, method, request.headers.authorization, given);
  if ('lost' in result) drop(response);
  else if ('answer' in result) replyJson(response, 200, result.answer, scopeHeader(workspace, result.answer));
  else
    replyJson(response, 429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(result.retryAfterSeconds) });
}

/** Slack says with every answer to a valid token what it may. https://docs.slack.dev/authentication/tokens */
function scopeHeader(workspace: Workspace, answer: { ok: boolean; error?: unknown }): Record<string, string> {
  return answer.error === 'invalid_auth' ? {} : { 'x-oauth-scopes': grantedScopes(workspace).join(',') };
}

function serveResponseUrl(workspace: Workspace, response: ServerResponse, id: string, body: Buffer): void {
  const answer = respond(workspace, id, parseJson(body.toString('utf8')));
  replyJson(response, answer.ok ? 200 : 404, answer);
}

async function serveUpload(
  workspace: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  body: Buffer,
): Promise<void> {
  const content = await readUpload(request.headers['content-type'] ?? '', body);
  const kept = workspace.files.fill(id, content);
  response
    .writeHead(kept ? 200 : 404, { 'content-type': 'text/plain' })
    .end(kept ? `OK - ${content.length}` : 'no such file');
}

function drop(response: ServerResponse): true {
  response.socket?.destroy();
  return true;
}
