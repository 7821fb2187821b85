import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SlackFile } from '../message.ts';
import type { Workspace } from '../workspace.ts';

/** What the browser is given, made at the start: by path. */
export type ConsoleFiles = ReadonlyMap<string, { type: string; content: string | Uint8Array }>;

const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: https:; connect-src 'self'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Serves the console's own files and the uploaded ones (`?download` saves them). False when the path is none of them. */
export function serveConsole(
  workspace: Workspace,
  files: ConsoleFiles,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): boolean {
  if (request.method !== 'GET') return false;
  const own = files.get(url.pathname);
  if (own) {
    response.writeHead(200, { ...SECURITY, 'content-type': own.type }).end(own.content);
    return true;
  }
  const id = /^\/files\/(\w+)$/.exec(url.pathname)?.[1] ?? '';
  const file = workspace.files.find(id);
  const bytes = workspace.files.content(id);
  if (!file || !bytes) return false;
  const saved = url.searchParams.has('download') ? { 'content-disposition': attachmentOf(file) } : {};
  response.writeHead(200, { ...SECURITY, 'content-type': contentTypeOf(file), ...saved }).end(bytes);
  return true;
}

/** Texts are shown, never run: whatever their kind, they are plain. */
function contentTypeOf({ mimetype }: SlackFile): string {
  return mimetype.startsWith('text/') || mimetype === 'application/json' ? 'text/plain; charset=utf-8' : mimetype;
}

function attachmentOf({ name }: SlackFile): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
}
