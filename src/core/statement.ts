/**
 * What is counted of a statement or a command, in the order of `StatementRow`'s numbers. Times in milliseconds, pages of 8 KiB,
 * `walBytes` in bytes; `planMs` and `jitMs` are parts of `totalMs`. A server that does not count one of them gives 0.
 */
export const COUNTERS = [
  'calls',
  'totalMs',
  'rows',
  'hitPages',
  'readPages',
  'ioMs',
  'tempPages',
  'walBytes',
  'planMs',
  'jitMs',
] as const;
export type Counter = (typeof COUNTERS)[number];

/** What a statement did, by counter. */
export type Counted = { readonly [C in Counter]: number };

/** A statement as its server counts it: the server's own id, database, role, and one number for each of COUNTERS. */
export type StatementRow = readonly [id: string, database: string, role: string, ...counters: number[]];

/** The counters of one member at one time, since they were last reset. No texts. */
export type StatementLook = {
  member: string;
  role: 'primary' | 'replica';
  /** ISO time of the server. */
  at: string;
  /** ISO time since when all of it is counted; null where nobody knows. */
  resetAt: string | null;
  /** How often the server forgot statements to make room for others, since the reset. */
  forgotten: number;
  /** Statements that took less than this in all are missing; 0 when none is. */
  leastMs: number;
  /** Of all statements, the missing ones too. */
  all: { calls: number; totalMs: number; statements: number };
  /** Counters that this server does not measure, each with what would make it. */
  unmeasured: readonly { counter: Counter; fix: string }[];
  rows: readonly StatementRow[];
  /** What runs at this moment and so is not counted yet, the longest first. */
  running: readonly RunningStatement[];
};

/** Sessions that run a statement now; `shape` and `text` without literals, of its beginning where the server cuts it off. */
export type RunningStatement = {
  shape: string;
  text: string;
  application: string;
  sessions: number;
  longestSeconds: number;
  totalSeconds: number;
  /** Of the sessions, those that wait for a lock of another. */
  lockWaits: number;
};

/** What a statement did within a window: its shape, database, role, and one number for each of COUNTERS. */
export type WindowRow = readonly [shape: string, database: string, role: string, ...counters: number[]];

/** What statements did between two looks. */
export type StatementWindow = {
  /** ISO times of the two looks; `from` is the reset where one lies in between. */
  from: string;
  to: string;
  calls: number;
  totalMs: number;
  rows: readonly WindowRow[];
  /** Statements that ran and are not among the rows. */
  others: number;
  /** What the member was at both looks; `changed` where it became the other one in between, undefined where nobody knows. */
  role?: StatementLook['role'] | 'changed';
  /** Set where counters were reset in between: what was counted before that is lost. */
  resetAt?: string;
  /** How often the server forgot statements meanwhile. */
  forgotten: number;
};

/** A text that may be shown: no literal is in it. `shape` is the same on every server and version. */
export type StatementText = { id: string; shape: string; text: string; tags: { readonly [tag: string]: string } };

/** What a digest is ordered by: `calls` by number, `mean` by time of one call, and the rest by the sum. */
export const orders = ['total', 'mean', 'calls', 'io', 'temp', 'wal', 'rows'] as const;
export type Order = (typeof orders)[number];

/**
 * What is asked of the kept counters: the time from `since` to `until` (ISO), against earlier ones. Those are of the days before
 * unless `comparedSeconds` says how far back they go: what is read is paid for.
 */
export type StatementAsk = {
  since: string;
  until: string;
  by: Order;
  leastLoadRatio: number;
  comparedSeconds?: number;
};

/** One statement over a while, with what was usual before. */
export type StatementLine = Counted & {
  /** Hash of its shape: the same in logs, on every server and after an upgrade. */
  shape: string;
  text: string;
  databases: readonly string[];
  roles: readonly string[];
  applications: readonly string[];
  tags: { readonly [tag: string]: string };
  /** Part of the time of all statements. */
  share: number;
  usual?: Usual;
  /** What schedules of `log` read of its plans on this member, the newest first; at most two. */
  logged?: readonly LoggedPlan[];
};
/** Medians of the spans that it is compared with; counters are of one call, `callsPerSecond` of the whole. */
export type Usual = { spans: number; callsPerSecond: number; meanMs: number; share: number; perCall: Counted };

export const movements = ['running', 'new', 'slower', 'oftener'] as const;
/** A statement that costs clearly more than usual. `extraLoad` is in sessions kept busy on the average. */
export type Moved = {
  line: StatementLine;
  kind: (typeof movements)[number];
  extraLoad: number;
  /** How many times as long, or as often; 0 for what is new. */
  ratio: number;
  /** Of what runs now. */
  running?: { sessions: number; longestSeconds: number; lockWaits: number };
  /** What its own counters say of the reason, the likeliest first. */
  signs: readonly Sign[];
};
/** What grew along, of one call: a counter, `pages` for all that it touched, or `waits`: time alone, without more work. */
export type Sign = { what: Counter | 'pages' | 'waits'; before: number; now: number };
/** The time that one database or role took. */
export type StatementGroup = { name: string; totalMs: number; calls: number };

/** The answer of kept counters. Everything is about one member, whose `role` it had at the last look. */
export type StatementComparison = {
  member: string;
  role: 'primary' | 'replica';
  from: string;
  to: string;
  seconds: number;
  /** With what it was compared, in words; null where there is nothing to compare with yet. */
  against: string | null;
  /** What a reader has to know of gaps: resets, forgotten statements, unmeasured counters. */
  notes: readonly string[];
  calls: number;
  totalMs: number;
  statements: number;
  /** All statements together against usual: times as long and times as often; 1 where nothing is known. */
  common: { mean: number; calls: number };
  lines: readonly StatementLine[];
  databases: readonly StatementGroup[];
  roles: readonly StatementGroup[];
  /** Commands that change tables, indexes or settings, and ran in this time: what they change can be a reason. */
  commands: readonly { text: string; calls: number }[];
  /** Worst first. */
  moved: readonly Moved[];
  /** Sessions that the five first lines kept busy in each window, by the ISO time of its end. */
  course: readonly { at: string; loads: readonly number[] }[];
};

/** The plan of a statement by the hash of its shape, as `explain` draws it, without values. */
export type StatementPlan = { shape: string; hash: string; lines: readonly string[] };
/** A plan that was kept, with the ISO times when it was first and last seen. */
export type KeptPlan = StatementPlan & { firstAt: string; lastAt: string };

/** A plan that a server made and logged, of a member's log, with the ISO times when it was first and last seen. */
export type LoggedPlan = KeptPlan & { member: string; slowestMs: number };

/** What is kept of statements over time, to be compared; it is asked in the control room, and texts and counters come from the rooms. */
export type StatementMemory = {
  /** Those of the ids whose text is not known yet. */
  unknown(target: string, ids: readonly string[]): Promise<readonly string[]>;
  /** Keeps the looks and compares; one comparison for each look, in their order. */
  compare(
    target: string,
    looks: readonly StatementLook[],
    texts: readonly StatementText[],
    ask: StatementAsk,
  ): Promise<readonly StatementComparison[]>;
  /** Keeps plans as they are at an ISO time; the last other plan of each, where one is known. */
  plans(target: string, plans: readonly StatementPlan[], at: string): Promise<readonly KeptPlan[]>;
  /** Keeps plans that were read in logs, oldest first. Those of statements that were never counted are left out. */
  keepLogged(target: string, plans: readonly LoggedPlan[]): Promise<void>;
};
