import type { Answer } from './endpoint.ts';

export function element(name: string, text: string): string {
  return `<${name}>${text}</${name}>`;
}

export function xml(name: string, inner: string, status = 200): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>${element(name, inner)}`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
}

/** The texts of all elements of a name. Keys here are plain names: nothing in them is escaped. */
export function textsOf(name: string, body: Buffer): string[] {
  return [...body.toString('utf8').matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(
    ([, text = '']) => text,
  );
}
