/** The tables that messages of level LOG are counted in. */
export type Subject =
  | 'lockWaits'
  | 'tempFiles'
  | 'checkpoints'
  | 'vacuums'
  | 'analyzes'
  | 'connections'
  | 'disconnections'
  | 'events';

/** What one message says: which table, under which name, and how much: milliseconds or bytes; `events` have no amount. */
export type Told = { subject: Subject; name: string; amount: number };

type Reader = { pattern: RegExp; told(match: RegExpExecArray): Told };

const told = (subject: Subject, name: string, amount = 0): Told => ({ subject, name, amount });

const PHASES: Readonly<Record<string, string>> = {
  'still waiting for': 'waiting for',
  acquired: 'had',
  'detected deadlock while waiting for': 'deadlock while waiting for',
};

/**
 * How the server words what the digest counts. A wait is told while it lasts and again when the lock is had; only the second
 * one says how long it was, so the first counts no time.
 * https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-WHAT
 */
const READERS: readonly Reader[] = [
  {
    pattern:
      /^process \d+ (still waiting for|acquired|detected deadlock while waiting for) (\w+) on (\w+(?: \w+)?).*? after ([\d.]+) ms/,
    told: ([, phase = '', mode = '', what = '', ms]) =>
      told('lockWaits', `${PHASES[phase] ?? phase} ${mode} on ${kindOf(what)}`, phase === 'acquired' ? Number(ms) : 0),
  },
  { pattern: /^temporary file: .*, size (\d+)/, told: ([, size]) => told('tempFiles', 'temporary file', Number(size)) },
  {
    pattern: /^(checkpoint|restartpoint) complete: .* total=([\d.]+) s/,
    told: ([, what = '', seconds]) => told('checkpoints', what, Number(seconds) * 1_000),
  },
  {
    pattern: /^automatic (?:aggressive )?(vacuum|analyze)(?: to prevent wraparound)? of table "([^"]*)"([\s\S]*)/,
    told: ([, work, table = '', rest = '']) => told(work === 'vacuum' ? 'vacuums' : 'analyzes', table, elapsedMs(rest)),
  },
  { pattern: /^connection received: /, told: () => told('connections', 'received') },
  {
    pattern: /^connection authorized: (.*)/,
    told: ([, rest = '']) => told('connections', `authorized ${sessionOf(rest)}`),
  },
  {
    pattern: /^disconnection: session time: (\d+):(\d+):([\d.]+) (.*)/,
    told: ([, hours, minutes, seconds, rest = '']) =>
      told('disconnections', sessionOf(rest), ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000),
  },
  {
    pattern:
      /^(database system (?:is|was)\b|received .* shutdown request|shutting down|server process \(PID|terminating any other active|all server processes terminated|aborting any active|redo (?:starts|done)|entering standby|consistent recovery|started streaming WAL|replication terminated|could not (?:receive data from|connect to) |selected new timeline|archive command failed|checkpoints are occurring too frequently|out of memory|starting PostgreSQL|parameter "|received SIGHUP|recovery |invalid page|invalidating )/,
    told: ({ input }) => told('events', input),
  },
];

/** What a message of level LOG tells of the things that are counted, if any. */
export function tellOf(message: string): Told | undefined {
  for (const { pattern, told: toldBy } of READERS) {
    const match = pattern.exec(message);
    if (match) return toldBy(match);
  }
  return undefined;
}

function kindOf(what: string): string {
  return what.replace(/ \d+$| of$/, '');
}

function elapsedMs(text: string): number {
  return Number(/elapsed: ([\d.]+) s/.exec(text)?.[1] ?? 0) * 1_000;
}

function sessionOf(text: string): string {
  const user = /\buser=(\S*)/.exec(text)?.[1] ?? '';
  const database = /\bdatabase=(\S*)/.exec(text)?.[1] ?? '';
  return `${user}@${database}`;
}
