import type { Engine } from '../core/engine.ts';
import type { Operation } from '../core/operation.ts';

/** What an operation is to work on. */
export type Subject = { kind: 'none' } | { kind: 'name'; name: string } | { kind: 'url'; engine: Engine; url: URL };

const engineOf: Readonly<Record<string, Engine>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'redis:': 'redis',
  'rediss:': 'redis',
};

/** Pure: the subject that the first word names, or why it cannot be one. A URL is never repeated: it may hold a password. */
export function readSubject(operation: Operation, word: string | undefined): Subject | { problem: string } {
  if (operation.scope === 'none') return { kind: 'none' };
  if (word === undefined) return { problem: `${operation.id} needs to know on what.` };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return { kind: 'name', name: word };
  const url = URL.parse(word);
  const engine = url ? engineOf[url.protocol] : undefined;
  if (!url || !engine || url.hostname === '')
    return { problem: 'A url is written postgres://user@host/database or redis://host.' };
  if (operation.risk !== 'reads') {
    return {
      problem: `${operation.id} ${operation.risk}: with a bare url only looking is possible. Name a target of nightshift.yaml.`,
    };
  }
  if (operation.kind !== 'run')
    return { problem: `${operation.id} answers from what is remembered, and of a url nothing is.` };
  if (!operation.engines.includes(engine)) return { problem: `${operation.id} does not work on ${engine}.` };
  return { kind: 'url', engine, url };
}

/** A URL as it may be shown: host, port and database. */
export function shownUrl(url: URL): string {
  return `${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}
