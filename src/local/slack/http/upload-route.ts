import type { IncomingMessage, ServerResponse } from 'node:http';
import { findUser } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { readBody } from './body.ts';
import { replyJson } from './reply.ts';

/** `POST /api/upload?user=&name=`: a person puts a file into a modal's file_input; the body is its content. False for any other request. */
export async function serveUploadOfPerson(
  workspace: Workspace,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  if (request.method !== 'POST' || url.pathname !== '/api/upload') return false;
  const user = findUser(workspace, url.searchParams.get('user') ?? '');
  const name = url.searchParams.get('name') ?? '';
  const content = await readBody(request);
  if (user && name !== '' && content.length > 0) {
    const { id } = workspace.files.reserve({ name, sizeBytes: content.length, user: user.id });
    workspace.files.fill(id, content);
    replyJson(response, 200, { id, name, sizeBytes: content.length });
  } else replyJson(response, 400, { error: 'an upload needs a known "user", a "name" and a content' });
  return true;
}
