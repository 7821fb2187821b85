import { placeOf, type Fields, type PrefixField } from '../fields.ts';

/** More kinds of sessions than this are counted as one. */
const MOST_SESSIONS = 1_000;
const MOST_KNOWN = 10_000;
const LONGEST_NAME = 64;
const PLACES = (['user', 'database', 'application'] satisfies PrefixField[]).map(placeOf);
const THE_REST = 'others';

/** What the sessions of one user, database and application did; '' where the log does not say. */
export type Session = {
  user: string;
  database: string;
  application: string;
  calls: number;
  totalMs: number;
  errors: number;
};

export type SessionTable = {
  /** The session's kind that an entry is of. */
  of(bytes: Buffer, start: number, fields: Fields): Session;
  /** Those that did something, the one that took longest first. */
  tally(): Session[];
};

export function createSessionTable(): SessionTable {
  const kinds = createKinds();
  /** Entries of one beginning are of one session: its number is enough. */
  const known = new Map<number, Session>();
  let lastKnown = -1;
  let last: Session | undefined;
  const names = new LastNames();
  let named: Session | undefined;
  const unnumbered = (bytes: Buffer, start: number, fields: Fields): Session => {
    if (named === undefined || !names.are(bytes, start, fields)) {
      names.keep(bytes, start, fields);
      named = kinds.named(...namesOf(bytes, start, fields));
    }
    return named;
  };
  return {
    of(bytes, start, fields) {
      if (last !== undefined && fields.known >= 0 && fields.known === lastKnown) return last;
      if (fields.known < 0) return unnumbered(bytes, start, fields);
      let found = known.get(fields.known);
      if (found === undefined) {
        found = kinds.named(...namesOf(bytes, start, fields));
        if (known.size >= MOST_KNOWN) known.clear();
        known.set(fields.known, found);
      }
      lastKnown = fields.known;
      last = found;
      return found;
    },
    tally: kinds.tally,
  };
}

/** Two lists of sessions as one. */
export function mergeSessions(a: readonly Session[], b: readonly Session[]): Session[] {
  const kinds = createKinds();
  for (const one of [...a, ...b]) {
    const sum = kinds.named(one.user, one.database, one.application);
    sum.calls += one.calls;
    sum.totalMs += one.totalMs;
    sum.errors += one.errors;
  }
  return kinds.tally();
}

/** What a reader sees of the sessions: milliseconds to a thousandth. */
export function sessionsDigest(sessions: readonly Session[]): Session[] {
  return sessions.map((one) => ({ ...one, totalMs: Math.round(one.totalMs * 1_000) / 1_000 }));
}

function createKinds() {
  const kinds = new Map<string, Session>();
  return {
    named(user: string, database: string, application: string): Session {
      const key = `${user}\n${database}\n${application}`;
      const isRest = !kinds.has(key) && kinds.size >= MOST_SESSIONS;
      const found = kinds.get(isRest ? THE_REST : key);
      if (found !== undefined) return found;
      const names = isRest ? [THE_REST, THE_REST, THE_REST] : [user, database, application];
      const [first = '', second = '', third = ''] = names;
      const added = { user: first, database: second, application: third, calls: 0, totalMs: 0, errors: 0 };
      kinds.set(isRest ? THE_REST : key, added);
      return added;
    },
    tally: () =>
      [...kinds.values()]
        .filter(({ calls, errors }) => calls + errors > 0)
        .toSorted((a, b) => b.totalMs - a.totalMs || b.errors - a.errors),
  };
}

function namesOf(bytes: Buffer, start: number, fields: Fields): [user: string, database: string, application: string] {
  return PLACES.map((place) => {
    const from = fields.spans[place] as number;
    const to = Math.min(fields.spans[place + 1] as number, from + LONGEST_NAME);
    return from < 0 ? '' : bytes.toString('utf8', start + from, start + to);
  }) as [string, string, string];
}

/** The names of the entry before, as bytes: most entries have the same, and making strings of them takes long. */
class LastNames {
  readonly #bytes = PLACES.map(() => new Uint8Array(LONGEST_NAME));
  readonly #lengths = PLACES.map(() => -1);

  are(bytes: Buffer, start: number, fields: Fields): boolean {
    for (let i = 0; i < PLACES.length; i++) {
      const from = fields.spans[PLACES[i] as number] as number;
      const length = from < 0 ? 0 : (fields.spans[(PLACES[i] as number) + 1] as number) - from;
      if (length !== this.#lengths[i]) return false;
      const last = this.#bytes[i] as Uint8Array;
      for (let j = 0; j < length; j++) if (last[j] !== bytes[start + from + j]) return false;
    }
    return true;
  }

  keep(bytes: Buffer, start: number, fields: Fields): void {
    PLACES.forEach((place, i) => {
      const from = fields.spans[place] as number;
      const length = from < 0 ? 0 : (fields.spans[place + 1] as number) - from;
      // A longer name is not kept, so it is never the same.
      this.#lengths[i] = length > LONGEST_NAME ? -1 : length;
      if (from >= 0 && length <= LONGEST_NAME) this.#bytes[i]?.set(bytes.subarray(start + from, start + from + length));
    });
  }
}
