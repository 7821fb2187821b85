import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { pathText, type Misfit, type Problem } from './problems.ts';

/** A YAML text that could be read, with the way back from a place in the value to a line of the text. */
export type ReadDocument = { value: unknown; lineOf(at: readonly PropertyKey[]): number | undefined };

/** Reads YAML 1.2. The parser's own messages quote the text, which may hold a secret: only its codes are passed on. */
export function readDocument(text: string): ReadDocument | { problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => ({
        path: '',
        message: `this is not valid YAML: ${error.code.toLowerCase().replaceAll('_', ' ')}`,
        line: lines.linePos(error.pos[0]).line,
      })),
    };
  }
  try {
    return { value: document.toJS(), lineOf: (at) => lineOf(document, lines, at) };
  } catch {
    // An alias without its anchor is only found here, and the exception has no position.
    return {
      problems: [{ path: '', message: 'this is not valid YAML: an alias names an anchor that does not exist' }],
    };
  }
}

/** The line of the deepest part of the path that exists. */
function lineOf(document: Document, lines: LineCounter, at: readonly PropertyKey[]): number | undefined {
  let offset: number | undefined;
  let node: unknown = document.contents;
  for (const key of at) {
    const step = child(document, node, key);
    if (!step) break;
    offset = step.offset;
    node = step.node;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function child(document: Document, parent: unknown, key: PropertyKey): { offset: number; node: unknown } | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isSeq(node) && typeof key === 'number') {
    const item = node.items[key] as Node | undefined;
    return item?.range ? { offset: item.range[0], node: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  for (const pair of node.items) {
    if (isScalar(pair.key) && String(pair.key.value) === String(key) && pair.key.range) {
      return { offset: pair.key.range[0], node: pair.value };
    }
  }
  return undefined;
}

/** Looks up the lines. */
export function located(misfits: readonly Misfit[], document: ReadDocument): Problem[] {
  return misfits.map(({ at, message, suggestion }) => {
    const line = document.lineOf(at);
    return {
      path: pathText(at),
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
      ...(line === undefined ? {} : { line }),
    };
  });
}
