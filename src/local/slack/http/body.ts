import type { IncomingMessage } from 'node:http';
import { Fault } from '../../../core/errors.ts';
import type { Arguments } from '../api/answer.ts';
import { isObject, parseJson } from '../json-fields.ts';

const MOST_BYTES = 16 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_BYTES) throw new Fault('invalid_request', 'the body is larger than 16 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The arguments of a Web API call: form-encoded as the official client sends them, or JSON. */
export function readArguments(contentType: string, body: Buffer): Arguments {
  if (!contentType.startsWith('application/json'))
    return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  const parsed = parseJson(body.toString('utf8'));
  if (!isObject(parsed)) return {};
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** The content of an upload: the file of a multipart form, or the body itself. */
export async function readUpload(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  for (const [, part] of form) if (typeof part !== 'string') return Buffer.from(await part.arrayBuffer());
  return Buffer.alloc(0);
}
