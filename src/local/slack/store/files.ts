import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { SlackFile } from '../message.ts';

export type Files = {
  /** An id that waits for its content. */
  reserve(name: string, sizeBytes: number): SlackFile;
  fill(id: string, content: Buffer): boolean;
  /** Renames; undefined when there is no such file or no content yet. */
  complete(id: string, title: string): SlackFile | undefined;
  find(id: string): SlackFile | undefined;
  content(id: string): Buffer | undefined;
};

const INSERT = 'INSERT INTO files (id, body) VALUES (?, ?)';
const FILL = 'UPDATE files SET content = ? WHERE id = ?';
const RENAME = 'UPDATE files SET body = ? WHERE id = ?';
const SELECT = 'SELECT body, content FROM files WHERE id = ?';

const MIME_TYPES: { readonly [ending: string]: string } = {
  csv: 'text/csv',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  json: 'application/json',
  log: 'text/plain',
  md: 'text/markdown',
  png: 'image/png',
  sql: 'text/plain',
  txt: 'text/plain',
};

export function createFiles(database: DatabaseSync): Files {
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
    reserve: (name, sizeBytes) => {
      const id = `F${randomBytes(5).toString('hex').toUpperCase()}`;
      const mimetype = MIME_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      const file: SlackFile = { id, name, title: name, mimetype, sizeBytes };
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
