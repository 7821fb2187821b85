import { createNormaliser, type Normaliser } from '../../logs/normalise/statement.ts';
import { tagsOf } from '../../logs/normalise/tags.ts';

/** What a person reads of a statement in a list; `explain` reads all of it. */
const TEXT_CHARACTERS = 400;
const LONGEST_COMMENT = 4_096;

export type Shape = { shape: string; text: string; tags: Record<string, string> };

export function shapeReader(): Normaliser {
  return createNormaliser();
}

/** A statement without its literals, and the places in the code that its comment names. */
export function readShape(reader: Normaliser, statement: string): Shape {
  const bytes = Buffer.from(statement);
  const shape = reader.fold(bytes, 0, bytes.length).toString(16).padStart(14, '0');
  const comment = reader.comment();
  const end = comment ? Math.min(comment.end, comment.start + LONGEST_COMMENT) : 0;
  const tags = comment ? tagsOf(bytes.toString('utf8', comment.start, end)) : {};
  return { shape, text: reader.text().slice(0, TEXT_CHARACTERS), tags };
}
