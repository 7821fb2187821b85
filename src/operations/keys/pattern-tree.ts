import {
  keysBelow,
  mergeChildren,
  newNode,
  newPattern,
  nodesOf,
  starOf,
  type Node,
  type Pattern,
} from './pattern-node.ts';
import { maskedSegment } from './segment.ts';
import type { Stats } from './stats.ts';

/** How many different words may stand in one place before they are taken for names of things: `user:alice`, `user:bob` … */
const MOST_WORDS = { first: 256, further: 64 };
/** A word further in that fewer keys share may be the name of one of them. */
const LEAST_KEYS = 10;
const MOST_PARTS = 12;
const MOST_PATTERNS = 20_000;
/** As core/mask keeps it: the first part of a key is the name of its kind when it is a plain word. */
const KIND = /^[A-Za-z][A-Za-z_-]{0,31}$/;

/** The shapes of all keys seen, bounded whatever the names are. */
export type PatternTree = {
  patternOf(name: string): Pattern;
  /** Ends the counting: every shape with its text, and what a name is shown as. No text holds the name of a single thing. */
  finish(): { patterns: readonly { text: string; stats: Stats }[]; textOf(name: string): string };
};

export function createPatternTree(): PatternTree {
  const root = newNode();
  let [patterns, mostFurther] = [0, MOST_WORDS.further];

  function stepDown(node: Node, part: string, most: number): Node {
    const known = node.children.get(part);
    if (known) return known;
    const shape = node.isMerged ? starOf(part) : shapeOf(part);
    const there = node.children.get(shape);
    if (there) return there;
    const child = newNode();
    node.children.set(shape, child);
    if (node.children.size <= most) return child;
    mergeWords(node);
    return node.children.get(starOf(shape)) ?? child;
  }

  /** Names without any order: fewer words are kept in each place from now on. */
  function tighten(): void {
    mostFurther = Math.floor(mostFurther / 4);
    for (const { node } of nodesOf(root)) {
      if (node !== root && node.children.size > mostFurther) mergeWords(node);
    }
    patterns = [...nodesOf(root)].filter(({ node }) => node.leaf).length;
  }

  return {
    patternOf(name) {
      let node = root;
      let [from, parts] = [0, 0];
      while (from < name.length || parts === 0) {
        const end = parts < MOST_PARTS ? partEnd(name, from) : name.length;
        node = stepDown(node, name.slice(from, end), parts === 0 ? MOST_WORDS.first : mostFurther);
        parts += 1;
        from = end;
      }
      const pattern = (node.leaf ??= (patterns++, newPattern()));
      if (patterns > MOST_PATTERNS && mostFurther > 0) tighten();
      return pattern;
    },
    finish() {
      hideRareWords(root, true);
      const found = [...nodesOf(root)].flatMap(({ node, path }) =>
        node.leaf && node.leaf.stats.keys > 0 ? [{ text: path, stats: node.leaf.stats }] : [],
      );
      return { patterns: found, textOf: (name) => pathOf(root, name) };
    },
  };
}

function mergeWords(node: Node): void {
  node.isMerged = true;
  mergeChildren(node, () => true);
}

/** A part begins with its separator. */
function partEnd(name: string, from: number): number {
  for (let at = from + 1; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    // : / |
    if (code === 58 || code === 47 || code === 124) return at;
  }
  return name.length;
}

function shapeOf(part: string): string {
  const star = starOf(part);
  const from = star.length - 1;
  for (let at = from; at < part.length; at += 1) {
    const code = part.charCodeAt(at);
    if (code < 48 || code > 57) return part.slice(0, from) + maskedSegment(part.slice(from));
  }
  return part.length === from ? part : star;
}

function hideRareWords(node: Node, isRoot: boolean): void {
  mergeChildren(node, (part, child) => !(isRoot && KIND.test(part)) && keysBelow(child) < LEAST_KEYS);
  for (const child of node.children.values()) hideRareWords(child, false);
}

/** What a counted name is shown as: the way that its parts lead down now. */
function pathOf(root: Node, name: string): string {
  let [node, path, from, parts]: [Node | undefined, string, number, number] = [root, '', 0, 0];
  while (from < name.length || parts === 0) {
    const end = parts < MOST_PARTS ? partEnd(name, from) : name.length;
    const part = name.slice(from, end);
    const shape: string = [shapeOf(part), starOf(part)].find((one) => node?.children.has(one)) ?? starOf(part);
    node = node?.children.get(shape);
    path += shape;
    parts += 1;
    from = end;
  }
  return path;
}
