import { createHash } from 'node:crypto';
import { countText } from '../../checks/wording.ts';
import { shorten } from '../../core/sql.ts';
import { maskPlan } from '../../logs/digest/plans.ts';
import { planHash } from '../explain/plan-hash.ts';
import { LINE_CHARACTERS, MOST_LINES, planLines } from '../explain/plan-lines.ts';
import { readPlan } from '../explain/plan.ts';

/** A plan that the server made and logged, as it is drawn for a phone, without values. `hash` has no costs and no counts in it. */
export type DrawnPlan = { hash: string; lines: string[] };

const INDENT = 2;
const DEEPEST = 6;

/** A node of the format text, with what is behind two blanks: `->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual …)`. */
const NODE = /^(\s*)(?:->\s+)?(\S.*?) {2}(\((?:cost|actual|never).*)$/;
/** What a node looks for, or throws away. */
const DETAIL = /^\s*((?:[A-Z][a-z]+ )?(?:Cond|Filter)|Sort Key|Rows Removed by (?:Join )?Filter): (.*)$/;

/** Pure: the plan of auto_explain's format text, from its first node on; undefined where there is none. */
export function drawTextPlan(text: string): DrawnPlan | undefined {
  const lines = maskPlan(text).split('\n').flatMap(readLine);
  if (!lines.some(({ isNode }) => isNode)) return undefined;
  const shape = lines
    .filter(({ what }) => !what.startsWith('rows removed'))
    .map(({ depth, what }) => `${depth} ${what}`);
  const least = Math.min(...lines.map(({ depth }) => depth));
  const drawn = lines.map(({ depth, what, end }) => {
    const margin = ' '.repeat(INDENT * (1 + Math.min(depth - least, DEEPEST)));
    return `${shorten(margin + what, LINE_CHARACTERS - end.length)}${end}`;
  });
  const hidden = drawn.length - MOST_LINES;
  return {
    hash: createHash('sha256').update(JSON.stringify(shape)).digest('hex').slice(0, 12),
    lines: hidden > 0 ? [...drawn.slice(0, MOST_LINES - 1), `  … and ${hidden + 1} more lines`] : drawn,
  };
}

/** Pure: the same of the format JSON, where `plan` is what stands under "Plan". */
export function drawJsonPlan(plan: unknown): DrawnPlan {
  const read = readPlan([{ Plan: plan }]);
  return { hash: planHash(read.root), lines: planLines(read) };
}

type Line = { depth: number; what: string; end: string; isNode: boolean };

function readLine(line: string): Line[] {
  const [, indent = '', node = '', numbers = ''] = NODE.exec(line) ?? [];
  if (node !== '') return [{ depth: depthOf(indent), what: nodeText(node), end: numbersOf(numbers), isNode: true }];
  const [, key = '', value = ''] = DETAIL.exec(line) ?? [];
  if (key === '') return [];
  return [
    {
      depth: depthOf(/^\s*/.exec(line)?.[0] ?? '') + 1,
      what: `${key.toLowerCase()}: ${value}`,
      end: '',
      isNode: false,
    },
  ];
}

/** `Index Scan using orders_pkey on orders o` as explain draws it: the table before its index. */
function nodeText(node: string): string {
  return node.replace(/ using (\S+) on (.*)$/, ' $2 by $1').replace(' on ', ' ');
}

/** Children stand six columns to the right of their parents. */
function depthOf(indent: string): number {
  return Math.ceil(indent.length / 6);
}

/** What was measured, where it was: " · 41.2 ms · 12 rows"; else what was expected. */
function numbersOf(numbers: string): string {
  if (numbers.includes('never executed')) return ' · never executed';
  const rows = /actual [^)]*?rows=([\d.]+)/.exec(numbers)?.[1];
  const ms = /actual time=[\d.]+\.\.([\d.]+)/.exec(numbers)?.[1];
  if (rows === undefined) return ` · ~${countText(Number(/rows=(\d+)/.exec(numbers)?.[1] ?? 0), 'row')}`;
  return `${ms === undefined ? '' : ` · ${ms} ms`} · ${countText(Math.round(Number(rows)), 'row')}`;
}
