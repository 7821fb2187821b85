import { createNormaliser } from '../../logs/normalise/statement.ts';

const TEXT_CHARACTERS = 400;

/** The identity of a statement: the hash of its shape, 14 hex digits, and the shape itself. */
export type Shaped = { id: string; text: string };

/** Folds statements one after the other into their identities. */
export function createShaper(): (sql: string) => Shaped {
  const normaliser = createNormaliser();
  return (sql) => {
    const bytes = Buffer.from(sql, 'utf8');
    const hash = normaliser.fold(bytes, 0, bytes.length);
    return { id: hash.toString(16).padStart(14, '0'), text: normaliser.text() };
  };
}

/** As it is shown and typed: `q:7f3a12`. */
export function shortId(id: string): string {
  return `q:${id.slice(0, 6)}`;
}

/** What was typed, as the beginning of an id. */
export function typedId(typed: string): string {
  return typed.toLowerCase().replace(/^q:/, '');
}

/** A shape as far as anybody reads it. */
export function shownText(text: string): string {
  return text.length <= TEXT_CHARACTERS ? text : `${text.slice(0, TEXT_CHARACTERS - 1).trimEnd()}…`;
}
