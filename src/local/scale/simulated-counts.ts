import type { Json } from '../../core/json.ts';
import { COUNTERS, type StatementLook, type StatementRow, type StatementText } from '../../core/statement.ts';
import type { Why } from '../../operations/explain/why-types.ts';
import type { LogLook } from '../../operations/log/look.ts';
import type { Counting } from '../../operations/slow/counting.ts';

/** A shop of some size: on most servers a few hundred statements make nearly all of the work. */
const STATEMENTS = { primary: 300, replica: 60 };
const COMMANDS = 25;
const RESET_AT = '2026-09-01T00:00:00.000Z';
const CALLS_AN_HOUR = 40_000;

/** What the read room says of a target that does not exist to a schedule that counts or reads the log; undefined for other steps. */
export function simulatedCount(target: string, step: string, args: Json): Json | undefined {
  if (step === 'count') return counted(target);
  if (step === 'texts') return { texts: (args as string[]).map(textOf), left: [] };
  if (step === 'why') return Object.fromEntries((args as string[]).map((id) => [id, whyOf(id)]));
  if (step === 'server' && hasAfter(args)) return logRead(target);
  return undefined;
}

function hasAfter(args: Json): boolean {
  return typeof args === 'object' && args !== null && 'after' in args;
}

function counted(target: string): Counting {
  const isPostgres = target.startsWith('db');
  const looks = (['primary', 'replica'] as const).map((role, n) =>
    lookOf(`${target}-${n + 1}`, role, isPostgres ? STATEMENTS[role] : COMMANDS, isPostgres),
  );
  return { looks, blind: [], more: 0, tables: [] };
}

function lookOf(member: string, role: StatementLook['role'], count: number, isPostgres: boolean): StatementLook {
  const nowMs = Date.now();
  const hours = (nowMs - Date.parse(RESET_AT)) / 3_600_000;
  const rows = Array.from({ length: count }, (_, n) => rowOf(n, hours, isPostgres));
  const sum = (counter: number) => rows.reduce((all, row) => all + Number(row[3 + counter]), 0);
  return {
    member,
    role,
    at: new Date(nowMs).toISOString(),
    resetAt: RESET_AT,
    forgotten: 0,
    leastMs: 0,
    all: { calls: sum(0), totalMs: sum(1), statements: count },
    unmeasured: [],
    rows,
    running: [],
  };
}

/** The n-th of them is called that much less often; digits behind the point as a server has them, so that it packs as badly. */
function rowOf(n: number, hours: number, isPostgres: boolean): StatementRow {
  const calls = Math.floor(((CALLS_AN_HOUR / (n + 1)) * hours * (90 + noise(n, hours) * 20)) / 100);
  const each = [
    1,
    0.05 + noise(n, 1) * 4,
    noise(n, 2) * 20,
    3 + noise(n, 3) * 90,
    noise(n, 4),
    noise(n, 5) / 10,
    0,
    noise(n, 6) * 300,
    0,
    0,
  ];
  const counters = COUNTERS.map((_, k) => Math.round(calls * (each[k] ?? 0) * 1_000) / 1_000);
  return [isPostgres ? idOf(n) : `redis:command-${n}`, isPostgres ? 'app' : '', isPostgres ? 'shop' : '', ...counters];
}

/** 0 to 1, the same for the same two numbers. */
function noise(n: number, k: number): number {
  const value = Math.sin(n * 12.9898 + k * 78.233) * 43_758.5453;
  return value - Math.floor(value);
}

function idOf(n: number): string {
  return String(Math.floor(noise(n, 7) * 9e15) - 4_500_000_000_000_000);
}

function textOf(id: string): StatementText {
  const shape = BigInt.asUintN(56, BigInt.asUintN(64, BigInt(/^-?\d+$/.test(id) ? id : id.length)) * 2_654_435_761n);
  const word = shape.toString(36);
  const text = `select o.id, o.${word}, c.name from ${word.slice(0, 6)} o join customers c on c.id = o.customer where o.${word.slice(-5)} = ? and o.placed > now() - interval ? order by o.placed desc limit ?`;
  return { id, shape: id.startsWith('redis:') ? id : shape.toString(16).padStart(14, '0'), text, tags: {} };
}

function whyOf(id: string): Why {
  const lines = [
    '  Limit · 1 % · ~20 rows',
    '▶   Index Scan orders o by orders_customer · 92 % · ~40 rows',
    `      index cond: customer = ?`,
  ];
  return {
    id,
    text: `select from orders where ${id} = ?`,
    database: 'app',
    counted: null,
    plan: { lines, hash: id.slice(0, 12), totalCost: 84.2, rows: 20 },
    noPlan: null,
    reasons: [],
    advice: [],
    notes: [],
    matches: [],
  };
}

/** An hour without anything out of the ordinary but an error or two. */
function logRead(target: string): LogLook {
  const at = new Date(Date.now()).toISOString();
  const group = {
    kind: 'error' as const,
    message: 'duplicate key value violates unique constraint "orders_number_key"',
    count: 3,
    first: at,
    last: at,
    who: ['shop@app'],
    statement: 'insert into orders (number, customer, placed) values (?)',
  };
  const file = { offset: 4_194_304, headBytes: 256, head: noise(1, 8).toString(16) };
  const position = { files: { 'postgresql-2026-10-05.log': file } };
  const sample = {
    groups: [group],
    moreGroups: 0,
    entries: 12_000,
    foreign: 0,
    from: at,
    until: at,
    bytes: 4_194_304,
    position: { ...position, at },
    unreadLines: 0,
    why: null,
  };
  const members = [1, 2].map((n) => ({ member: `${target}-${n}`, seen: { sample } }));
  return { members, unreached: [] };
}
