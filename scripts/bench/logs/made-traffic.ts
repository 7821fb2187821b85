import type { MadeEntry } from './made-entry.ts';

/** A generator of numbers that gives the same for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Statement = (number: (below: number) => number) => { text: string; parameters?: readonly number[] };

/** A shop's statements: with literals in them, and with parameters, as drivers send them. */
const STATEMENTS: readonly Statement[] = [
  (n) => ({
    text: `SELECT o.id, o.total, c.name\n  FROM orders o\n  JOIN customers c ON c.id = o.customer_id   -- who\n WHERE o.id = ${n(100_000)} AND o.total > -${n(9)};`,
  }),
  (n) => ({ text: `SELECT id FROM orders WHERE id IN (${n(100_000)}, ${n(100_000)}, 17, 42, 1001, 5, 88);` }),
  (n) => ({
    text: `UPDATE orders SET total = total + ${n(5_000)}, note = 'it''s order ${n(5_000)} of customer "x"' WHERE id = ${n(100_000)};`,
  }),
  (n) => ({
    text: `INSERT INTO history (id, customer_id, delta, at) VALUES (${n(9)}, ${n(9)}, -${n(5_000)}, CURRENT_TIMESTAMP), (${n(9)}, ${n(9)}, 3.1415, now() - interval '3 days');`,
  }),
  (n) => ({ text: `SELECT count(*) FROM orders WHERE id BETWEEN ${n(100)} AND ${n(100)} + 20 AND note LIKE 'abc%';` }),
  (n) => ({ text: 'SELECT total FROM orders WHERE id = $1;', parameters: [n(100_000)] }),
  (n) => ({ text: 'UPDATE customers SET balance = balance + $1 WHERE id = $2;', parameters: [n(5_000), n(9)] }),
  (n) => ({
    text: 'select "customers"."id", "customers"."name", "customers"."city" from "customers" where "customers"."id" = $1 limit $2',
    parameters: [n(9), n(9)],
  }),
  () => ({ text: 'BEGIN' }),
  () => ({ text: 'COMMIT', parameters: [] }),
];

/** One in so many entries is about something else than a statement's duration. */
const RARE = 300;
/** So many of a hundred statements with parameters are parsed anew: the driver has not prepared them. */
const UNPREPARED = 42;

/** Entries without end: durations of statements by each protocol, and now and then what else a server logs. */
export function* madeEntries(): Generator<MadeEntry, never> {
  const number = seeded(20_261_128);
  for (let i = 0; ; i++) {
    const session = sessionOf(number(20), Math.floor(i / 4_000));
    if (number(RARE) === 0) yield rareEntry(session, number);
    else yield* durations(session, number);
  }
}

type Session = Pick<MadeEntry, 'second' | 'pid' | 'port' | 'user' | 'database'>;

function sessionOf(backend: number, second: number): Session {
  return {
    second,
    pid: 15_500 + backend,
    port: 48_300 + backend,
    user: backend < 15 ? 'checkout' : 'reports',
    database: 'production',
  };
}

function* durations(session: Session, number: (below: number) => number): Generator<MadeEntry, void> {
  const { text, parameters } = (STATEMENTS[number(STATEMENTS.length)] as Statement)(number);
  const plain = { ...session, severity: 'LOG', state: '00000' } as const;
  const lasted = (most: number) => `duration: ${(number(most) / 1_000).toFixed(3)} ms`;
  if (parameters === undefined) {
    yield { ...plain, message: `${lasted(9_000)}  statement: ${text}` };
    return;
  }
  const isUnprepared = number(100) < UNPREPARED;
  const name = isUnprepared ? '<unnamed>' : 'P_6';
  if (isUnprepared) yield { ...plain, message: `${lasted(90)}  parse ${name}: ${text}` };
  const told = parameters.length === 0 ? {} : { detail: detailOf(parameters) };
  yield { ...plain, message: `${lasted(50)}  bind ${name}: ${text}`, ...told };
  yield { ...plain, message: `${lasted(9_000)}  execute ${name}: ${text}`, ...told };
}

function detailOf(parameters: readonly number[]): string {
  return `parameters: ${parameters.map((one, i) => `$${i + 1} = '${one}'`).join(', ')}`;
}

function rareEntry(session: Session, number: (below: number) => number): MadeEntry {
  const log = { ...session, severity: 'LOG', state: '00000' } as const;
  switch (number(5)) {
    case 0: {
      const message = `duplicate key value violates unique constraint "orders_pkey"`;
      const detail = `Key (id)=(${number(1_000)}) already exists.`;
      const statement = `INSERT INTO orders (id) VALUES (${number(1_000)})`;
      return { ...session, severity: 'ERROR', state: '23505', message, detail, statement };
    }
    case 1:
      return {
        ...log,
        message: `temporary file: path "base/pgsql_tmp/pgsql_tmp1.${number(99)}", size ${number(99_999_999)}`,
        statement: 'SELECT * FROM orders ORDER BY note',
      };
    case 2:
      return {
        ...log,
        message: `connection authorized: user=${session.user} database=production application_name=shop`,
      };
    case 3:
      return {
        ...log,
        message: `process ${session.pid} acquired ShareLock on transaction ${number(999)} after ${number(9_999)}.123 ms`,
        statement: `UPDATE orders SET total = 1 WHERE id = ${number(99)}`,
      };
    default:
      return {
        ...log,
        message: `disconnection: session time: 0:00:0${number(9)}.123 user=${session.user} database=production host=10.0.12.107 port=48300`,
      };
  }
}
