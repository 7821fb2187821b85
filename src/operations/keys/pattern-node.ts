import type { KeyGroup } from '../../targets/key-scan.ts';
import { addStats, emptyStats, type Stats } from './stats.ts';

/** All keys of one shape. */
export type Pattern = KeyGroup & {
  readonly stats: Stats;
  /** Where its keys are counted since it was merged away. */
  mergedInto: Pattern | undefined;
};

/** One part of the names below it; a part begins with its separator, but for the first: `user`, `:*`, `:session`. */
export type Node = {
  leaf: Pattern | undefined;
  children: Map<string, Node>;
  /** Its words turned out to be names of things: new ones are not looked at any more. */
  isMerged: boolean;
};

export function newNode(): Node {
  return { leaf: undefined, children: new Map(), isMerged: false };
}

export function newPattern(): Pattern {
  return { expects: undefined, stats: emptyStats(), mergedInto: undefined };
}

/** Where the keys of a pattern are counted now. */
export function standing(pattern: Pattern): Pattern {
  let now = pattern;
  while (now.mergedInto) now = now.mergedInto;
  return now;
}

/** `:session` → `:*`, `session` → `*`. */
export function starOf(part: string): string {
  return /^[:/|]/.test(part) ? `${part.charAt(0)}*` : '*';
}

/** Takes some words of one place for names of things: what was below each is below the star. */
export function mergeChildren(node: Node, chosen: (part: string, child: Node) => boolean): void {
  for (const [part, child] of node.children) {
    const star = starOf(part);
    if (part === star || !chosen(part, child)) continue;
    node.children.delete(part);
    const there = node.children.get(star);
    if (there) mergeInto(there, child);
    else node.children.set(star, child);
  }
}

function mergeInto(to: Node, from: Node): void {
  if (from.leaf) {
    if (to.leaf) {
      addStats(to.leaf.stats, from.leaf.stats);
      from.leaf.mergedInto = to.leaf;
    } else to.leaf = from.leaf;
  }
  for (const [part, child] of from.children) {
    const there = to.children.get(part);
    if (there) mergeInto(there, child);
    else to.children.set(part, child);
  }
}

export function keysBelow({ leaf, children }: Node): number {
  let keys = leaf?.stats.keys ?? 0;
  for (const child of children.values()) keys += keysBelow(child);
  return keys;
}

/** Every node, those above before those below. */
export function* nodesOf(node: Node, path = ''): Generator<{ node: Node; path: string }> {
  yield { node, path };
  for (const [part, child] of node.children) yield* nodesOf(child, path + part);
}
