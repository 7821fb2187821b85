import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Workspace } from '../workspace.ts';

/** What the browser is given, made at the start. */
export type ConsoleFiles = { html: string; script: string; style: string };

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Serves the console's three files and the uploaded files. False when the path is none of them. */
export function serveConsole(
  workspace: Workspace,
  files: ConsoleFiles,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): boolean {
  if (request.method !== 'GET') return false;
  const content = { '/': html(files.html), '/console.js': script(files.script), '/console.css': style(files.style) }[
    path
  ];
  if (content) {
    response.writeHead(200, { ...SECURITY, 'content-type': content.type }).end(content.text);
    return true;
  }
  const id = /^\/files\/(\w+)$/.exec(path)?.[1];
  const file = id === undefined ? undefined : workspace.files.find(id);
  const bytes = id === undefined ? undefined : workspace.files.content(id);
  if (!file || !bytes) return false;
  response.writeHead(200, { ...SECURITY, 'content-type': file.mimetype }).end(bytes);
  return true;
}

const html = (text: string) => ({ type: 'text/html; charset=utf-8', text });
const script = (text: string) => ({ type: 'text/javascript; charset=utf-8', text });
const style = (text: string) => ({ type: 'text/css; charset=utf-8', text });
