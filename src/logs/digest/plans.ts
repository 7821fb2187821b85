import { createNormaliser } from '../normalise/statement.ts';

/** A longer plan is cut; nobody reads on. */
const LONGEST_PLAN = 8_000;
const QUERY_TEXT = Buffer.from('Query Text: ');
const FIRST_NODE = Buffer.from('  (cost=');
const PARAMETERS = Buffer.from('Query Parameters: ');

/** Where a message of auto_explain has the statement and the plan, counted as the bytes are. */
export type PlanPlaces = { statement: number; statementEnd: number; plan: number };

/**
 * Finds both in `duration: 1 ms  plan:` and what follows, in its format text. undefined in another format, but for JSON, where
 * `readJsonPlan` reads it. https://www.postgresql.org/docs/current/auto-explain.html
 */
export function placesOfPlan(bytes: Buffer, message: number, end: number): PlanPlaces | undefined {
  const text = bytes.subarray(message, end);
  const query = text.indexOf(QUERY_TEXT);
  const node = query < 0 ? -1 : text.indexOf(FIRST_NODE, query);
  if (node < 0) return undefined;
  const plan = text.lastIndexOf(10, node) + 1;
  const parameters = text.indexOf(PARAMETERS, query);
  const statementEnd = parameters >= 0 && parameters < plan ? text.lastIndexOf(10, parameters) : plan - 1;
  if (statementEnd <= query) return undefined;
  return { statement: message + query + QUERY_TEXT.length, statementEnd: message + statementEnd, plan: message + plan };
}

/** A plan of format JSON: the statement, and the plan without it and without values; undefined when it is no JSON. */
export function readJsonPlan(message: string): { statement: string; plan: string } | undefined {
  try {
    const begin = message.indexOf('{');
    const { 'Query Text': statement, Plan: plan } = JSON.parse(message.slice(begin)) as Record<string, unknown>;
    if (typeof statement !== 'string') return undefined;
    return { statement, plan: JSON.stringify(maskedValue(plan), null, 1).slice(0, LONGEST_PLAN) };
  } catch {
    return undefined;
  }
}

/** A plan of format text without values: what stands behind a filter, a condition or a key is folded as a statement is. */
export function maskPlan(text: string): string {
  return text
    .slice(0, LONGEST_PLAN)
    .replaceAll('\n\t', '\n')
    .split('\n')
    .map((line) => maskedLine(line.trimEnd()))
    .join('\n');
}

/** Lines of numbers only. */
const PLAIN =
  /^\s*(?:(?:Rows Removed by [\w ]+|Heap (?:Fetches|Blocks)|Buffers|I\/O Timings|Sort Method|Workers (?:Planned|Launched)|Buckets|Hits|Planning(?: Time)?|Execution Time|WAL|Cache Mode|Storage|Batches|Memory Usage): [\w\s.,:=()/+-]*|Planning:|JIT:)$/;
/** Names of tables and kinds of work, then costs: `->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)`. */
const NODE = /^\s*(?:->\s+)?[\w" .*,]+ {2}\((?:cost|actual time|actual rows|never executed)[\w\s.=()]*\)$/;

function maskedLine(line: string): string {
  if (PLAIN.test(line) || NODE.test(line)) return line;
  const [, indent = '', key = '', value = ''] = /^(\s*)([A-Z][A-Za-z/ ]*: )?(.*)$/s.exec(line) ?? [];
  return `${indent}${key}${folded(value)}`;
}

const normaliser = createNormaliser();

function folded(text: string): string {
  const bytes = Buffer.from(text);
  normaliser.fold(bytes, 0, bytes.length);
  return normaliser.text();
}

/** Texts under these keys are words of the server or names of the database. */
const NAMES = new Set(
  'Node Type,Parent Relationship,Relation Name,Schema,Alias,Index Name,Join Type,Strategy,Partial Mode,Scan Direction,Operation,Command,CTE Name,Subplan Name,Sort Method,Sort Space Type,Cache Mode'.split(
    ',',
  ),
);

function maskedValue(value: unknown): unknown {
  if (typeof value === 'string') return folded(value);
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, NAMES.has(key) ? one : maskedValue(one)]);
  return Object.fromEntries(entries);
}
