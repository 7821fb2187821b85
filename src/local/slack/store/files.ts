import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { SlackFile } from '../message.ts';

export type NewFile = { name: string; sizeBytes: number; user: string; snippetType?: string; altText?: string };

export type Files = {
  /** An id that waits for its content. */
  reserve(wanted: NewFile): SlackFile;
  /** Takes the content once; false when there is no such id or it has its content already. */
  fill(id: string, content: Buffer): boolean;
  /** Renames; undefined when there is no such file or no content yet. */
  complete(id: string, title: string): SlackFile | undefined;
  find(id: string): SlackFile | undefined;
  content(id: string): Buffer | undefined;
};

const INSERT = 'INSERT INTO files (id, body) VALUES (?, ?)';
const FILL = 'UPDATE files SET content = ? WHERE id = ? AND content IS NULL';
const RENAME = 'UPDATE files SET body = ? WHERE id = ?';
const SELECT = 'SELECT body, content FROM files WHERE id = ?';

const MIME_TYPES: { readonly [filetype: string]: string } = {
  csv: 'text/csv',
  gif: 'image/gif',
  gz: 'application/gzip',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  webp: 'image/webp',
  zip: 'application/zip',
};
/** Types that Slack shows as a snippet of text (https://docs.slack.dev/reference/objects/file-object#types). */
const TEXT_TYPES = new Set([
  'text',
  'txt',
  'log',
  'sql',
  'yaml',
  'yml',
  'diff',
  'patch',
  'ts',
  'js',
  'sh',
  'shell',
  'conf',
]);

function mimeTypeOf(filetype: string): string {
  return MIME_TYPES[filetype] ?? (TEXT_TYPES.has(filetype) ? 'text/plain' : 'application/octet-stream');
}

export function createFiles(database: DatabaseSync, clock: () => number): Files {
  const find = (id: string): { file: SlackFile; content: Buffer | undefined } | undefined => {
    const row = database.prepare(SELECT).get(id);
    if (!row) return undefined;
    const content = row['content'];
    return {
      file: JSON.parse(String(row['body'])) as SlackFile,
      content: content instanceof Uint8Array ? Buffer.from(content) : undefined,
    };
  };
  return {
    reserve: ({ name, snippetType, ...rest }) => {
      const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
      const filetype = snippetType ?? (name.includes('.') ? (name.split('.').at(-1) ?? '').toLowerCase() : 'binary');
      const createdSeconds = Math.floor(clock() / 1000);
      const file = { id, name, title: name, mimetype: mimeTypeOf(filetype), filetype, createdSeconds, ...rest };
      database.prepare(INSERT).run(id, JSON.stringify(file));
      return file;
    },
    fill: (id, content) => database.prepare(FILL).run(content, id).changes === 1,
    complete: (id, title) => {
      const found = find(id);
      if (!found?.content) return undefined;
      const file = { ...found.file, title, sizeBytes: found.content.length };
      database.prepare(RENAME).run(JSON.stringify(file), id);
      return file;
    },
    find: (id) => find(id)?.file,
    content: (id) => find(id)?.content,
  };
}
