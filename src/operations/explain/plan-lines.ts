import { percentText } from '../../checks/wording.ts';
import { shorten } from '../../core/sql.ts';
import { withoutValues } from './plan-hash.ts';
import type { Plan, PlanNode } from './plan.ts';

/** What a phone shows without turning it. */
export const LINE_CHARACTERS = 60;
export const MOST_LINES = 12;
const DEEPEST = 6;

type Drawn = { node: PlanNode; depth: number };

/** Pure: a plan in lines for a fixed width; `▶` marks the node that costs most, with what it looks for. */
export function planLines({ root, totalCost }: Plan): string[] {
  const all = drawn(root, 0);
  const costliest = all.reduce((most, one) => (one.node.ownCost > most.node.ownCost ? one : most));
  const detail = detailOf(costliest.node);
  const room = MOST_LINES - (detail === undefined ? 0 : 1);
  const shown = cut(all, costliest, all.length > room ? room - 1 : room);
  const hidden = all.length - shown.length;
  const lines = shown.flatMap((one) => {
    const line = lineOf(one, one === costliest, totalCost);
    return one === costliest && detail !== undefined
      ? [line, shorten(`${' '.repeat(2 * indent(one) + 4)}${detail}`, LINE_CHARACTERS)]
      : [line];
  });
  return hidden === 0 ? lines : [...lines, `  … and ${hidden} cheaper step${hidden === 1 ? '' : 's'}`];
}

function drawn(node: PlanNode, depth: number): Drawn[] {
  return [{ node, depth }, ...node.children.flatMap((child) => drawn(child, depth + 1))];
}

/** The root and the most expensive ones, in the order of the plan. */
function cut(all: readonly Drawn[], costliest: Drawn, most: number): Drawn[] {
  const [root, ...others] = all;
  const kept = new Set([root, costliest]);
  for (const one of others.toSorted((a, b) => b.node.ownCost - a.node.ownCost)) {
    if (kept.size >= most) break;
    kept.add(one);
  }
  return all.filter((one) => kept.has(one));
}

function indent({ depth }: Drawn): number {
  return Math.min(depth, DEEPEST);
}

function lineOf(one: Drawn, isCostliest: boolean, totalCost: number): string {
  const { node } = one;
  const share = totalCost > 0 ? percentText(node.ownCost / totalCost) : '0 %';
  const end = ` · ${share} · ${rowsText(node.rows)}`;
  const name = `${isCostliest ? '▶ ' : '  '}${'  '.repeat(indent(one))}${nameOf(node)}`;
  return `${shorten(name, LINE_CHARACTERS - end.length)}${end}`;
}

function nameOf({ type, mode, relation, alias, index }: PlanNode): string {
  const how =
    type === 'ModifyTable'
      ? mode.split(' ').at(-1)
      : type === 'Aggregate' && mode.includes('Hashed')
        ? 'Hash Aggregate'
        : type;
  const table = relation === null ? alias : alias === null || alias === relation ? relation : `${relation} ${alias}`;
  const by = index === null ? '' : ` by ${index}`;
  return `${how ?? type}${table === null ? '' : ` ${table}`}${by}`;
}

/** What it filters, joins or sorts by; without a value, and without the name of its own table. */
function detailOf({ conditions, sortKeys, alias }: PlanNode): string | undefined {
  const own = (text: string) =>
    text.replaceAll(/([\w$"]+)\./g, (found, name: string) => (name === alias || name === `"${alias}"` ? '' : found));
  const [first] = DETAILS.filter((key) => key in conditions);
  if (first !== undefined)
    return `${first.toLowerCase()}: ${own(withoutBrackets(withoutValues(conditions[first] ?? '')))}`;
  return sortKeys.length === 0 ? undefined : `sort by: ${sortKeys.map(withoutValues).join(', ')}`;
}

const DETAILS = ['Filter', 'Join Filter', 'Hash Cond', 'Merge Cond', 'Index Cond', 'Recheck Cond'];

/** Around the whole and around plain comparisons. */
function withoutBrackets(text: string): string {
  const whole = /^\((.*)\)$/.exec(text)?.[1];
  const inner = whole !== undefined && isBalanced(whole) ? whole : text;
  return inner.replaceAll(/(?<![\w)])\(([^()]* (?:=|<>|<|>|<=|>=|~~) [^()]*)\)/g, '$1');
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const sign of text) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

function rowsText(rows: number): string {
  const [by, mark] = rows >= 1e9 ? [1e9, ' bn'] : rows >= 1e6 ? [1e6, ' M'] : rows >= 1e4 ? [1e3, ' k'] : [1, ''];
  const short = rows / by;
  return `~${Number(short.toFixed(short >= 100 || by === 1 ? 0 : 1))}${mark} row${rows === 1 ? '' : 's'}`;
}
