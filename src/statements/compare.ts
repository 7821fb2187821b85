import type {
  Moved,
  Order,
  StatementAsk,
  StatementComparison,
  StatementGroup,
  StatementLine,
  StatementLook,
  StatementWindow,
} from '../core/statement.ts';
import { commonChange } from './crowd.ts';
import { earlierSpans, type Earlier } from './earlier-spans.ts';
import { movedOf } from './moved.ts';
import { runningMoved } from './running.ts';
import { notesOf, roleNotes } from './notes.ts';
import { loadOf, spanOf, type ShapeTotal, type Span } from './span.ts';
import { shareOf, usualOf, type UsualWithSpread } from './usual.ts';

/** What is known of a shape beside its numbers. */
export type KnownShape = {
  text: string;
  tags: { readonly [tag: string]: string };
  applications: readonly string[];
};

/** All that is kept of one member; the windows are in the order of time. */
export type Kept = {
  look: StatementLook;
  windows: readonly StatementWindow[];
  shapes: ReadonlyMap<string, KnownShape>;
  /** Since when it has the role that it has, where it had the other one before, and who had it then. */
  since?: string | null;
  formerly?: string | null;
};

const MOST_LINES = 20;
const MOST_MOVED = 8;
const MOST_COMMANDS = 5;
const CHARTED = 5;
/** A statement of a thousand tenants runs in a thousand databases; an answer has to fit into a checkpoint. */
const MOST_NAMES = 20;
const MOST_POINTS = 60;

/** Pure: what the statements of one member did in the asked time, against what is usual. */
export function compareStatements(kept: Kept, ask: StatementAsk): StatementComparison {
  const now = kept.windows.filter((window) => overlaps(window, ask));
  const span = spanOf(now);
  const before = kept.windows.filter((window) => window.to <= (now[0]?.from ?? ask.since));
  const earlier = earlierSpans(before, now[0]?.from ?? ask.since, span.to || ask.until);
  const common = commonChange(span, earlier?.spans ?? []);
  const all = judged(kept, span, earlier, common, ask);
  const running = runningMoved(kept.look.running, span, earlier?.spans ?? []);
  const over = all.flatMap((one) => one.moved ?? []).filter(({ line }) => !isAmong(line.shape, running));
  const moved = [...running, ...over].toSorted((a, b) => b.extraLoad - a.extraLoad);
  const lines = all
    .map(({ line }) => line)
    .toSorted((a, b) => rank(b, ask.by) - rank(a, ask.by))
    .slice(0, MOST_LINES);
  const { member, role } = kept.look;
  return {
    member,
    role,
    from: span.from || ask.since,
    to: span.to || ask.until,
    seconds: span.seconds,
    against: earlier?.words ?? null,
    notes: [...roleNotes(kept), ...notesOf(kept.look, now, span, ask)],
    calls: span.calls,
    totalMs: span.totalMs,
    statements: span.shapes.size + span.others,
    common,
    lines,
    databases: groupsOf(now, 1),
    roles: groupsOf(now, 2),
    commands: commandsOf(all),
    moved: moved.slice(0, MOST_MOVED),
    course: courseOf(kept.windows, lines, ask),
  };
}

function isAmong(shape: string, all: readonly Moved[]): boolean {
  return all.some(({ line }) => line.shape === shape);
}

function overlaps({ to }: StatementWindow, { since, until }: StatementAsk): boolean {
  return to > since && to <= until;
}

type Judged = { line: StatementLine; moved: Moved | undefined };

function judged(
  kept: Kept,
  span: Span,
  earlier: Earlier | null,
  common: { mean: number; calls: number },
  { leastLoadRatio }: StatementAsk,
): Judged[] {
  const spans = earlier?.spans ?? [];
  const overlookedLoad = Math.max(0, ...spans.map(({ leastMs, seconds }) => loadOf(leastMs, seconds)));
  const judging = { span, spans: spans.length, overlookedLoad, common, leastLoad: leastLoadRatio };
  return [...span.shapes].map(([shape, total]) => {
    const usual = usualOf(shape, spans);
    const line = lineOf(shape, total, span, kept.shapes.get(shape), usual);
    return { line, moved: movedOf(line, usual, judging) };
  });
}

function lineOf(
  shape: string,
  total: ShapeTotal,
  span: Span,
  known: KnownShape | undefined,
  usual: UsualWithSpread | undefined,
): StatementLine {
  return {
    ...total.counted,
    shape,
    text: known?.text ?? '',
    databases: [...total.databases].slice(0, MOST_NAMES),
    roles: [...total.roles].slice(0, MOST_NAMES),
    applications: known?.applications ?? [],
    tags: known?.tags ?? {},
    share: shareOf(total, span),
    ...(usual ? { usual: plain(usual) } : {}),
  };
}

function plain({
  spans,
  callsPerSecond,
  meanMs,
  share,
  perCall,
}: UsualWithSpread): NonNullable<StatementLine['usual']> {
  return { spans, callsPerSecond, meanMs, share, perCall };
}

const RANK: { readonly [O in Order]: (line: StatementLine) => number } = {
  total: ({ totalMs }) => totalMs,
  mean: ({ totalMs, calls }) => totalMs / Math.max(1, calls),
  calls: ({ calls }) => calls,
  io: ({ ioMs, readPages }) => ioMs + readPages / 1_000,
  temp: ({ tempPages }) => tempPages,
  wal: ({ walBytes }) => walBytes,
  rows: ({ rows }) => rows,
};

function rank(line: StatementLine, by: Order): number {
  return RANK[by](line);
}

const CHANGES = /^(?:alter|create|drop|reindex|cluster|truncate|analyze|vacuum|refresh|comment on index)\b/;
/** Of what a session makes for itself nobody else's plan depends. */
const OWN = /^(?:create|drop|alter) (?:temp|temporary|role|user|database|extension)\b/;

/** What infra/migrations/init-database.sql makes for us. */
const OURS = /\bnightshift[._]/;

function commandsOf(all: readonly Judged[]): StatementComparison['commands'] {
  return all
    .filter(({ line }) => CHANGES.test(line.text) && !OWN.test(line.text) && !OURS.test(line.text))
    .map(({ line }) => ({ text: line.text, calls: line.calls }))
    .slice(0, MOST_COMMANDS);
}

function groupsOf(windows: readonly StatementWindow[], place: 1 | 2): StatementGroup[] {
  const sums = new Map<string, StatementGroup>();
  for (const row of windows.flatMap(({ rows }) => rows)) {
    const name = row[place];
    const { calls, totalMs } = sums.get(name) ?? { calls: 0, totalMs: 0 };
    sums.set(name, { name, calls: calls + (row[3] ?? 0), totalMs: totalMs + (row[4] ?? 0) });
  }
  return [...sums.values()].toSorted((a, b) => b.totalMs - a.totalMs).slice(0, 10);
}

/** The first lines over the asked time, and as long again before it: a jump shows only beside what was. */
function courseOf(
  windows: readonly StatementWindow[],
  lines: readonly StatementLine[],
  { since, until }: StatementAsk,
): StatementComparison['course'] {
  const from = new Date(2 * Date.parse(since) - Date.parse(until)).toISOString();
  const shown = lines.slice(0, CHARTED);
  return windows
    .filter(({ to }) => to > from && to <= until)
    .slice(-MOST_POINTS)
    .map((window) => {
      const span = spanOf([window]);
      const load = ({ shape }: StatementLine) => loadOf(span.shapes.get(shape)?.counted.totalMs ?? 0, span.seconds);
      return { at: window.to, loads: shown.map((line) => Math.round(load(line) * 10_000) / 10_000) };
    });
}
