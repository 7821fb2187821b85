import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LogBudget, LogPosition, LogReading, LogStart, MemberLog } from '../../src/targets/logs.ts';
import type { TestPostgres } from '../servers.ts';

/** Files that RDS would find by their names, and that a server of one's own lists, too; a new one can begin each second. */
export const LOG_SETTINGS = {
  logging_collector: 'on',
  log_filename: 'postgresql.log.%Y-%m-%d-%H%M%S.log',
  log_line_prefix: '%m:%r:%u@%d:[%p]:',
  log_timezone: 'UTC',
  log_min_messages: 'log',
};

const AMPLE: LogBudget = { bytes: 32 * 1024 * 1024, seconds: 30 };

/** What a reading gave: all of its bytes as text, and the rest through JSON, as a place that keeps it would. */
export type Heard = LogReading & { text: string };

export async function hear(log: MemberLog, start: LogStart, budget: LogBudget = AMPLE): Promise<Heard> {
  const chunks: Buffer[] = [];
  const read = await log.read(start, budget, (chunk) => void chunks.push(Buffer.from(chunk)));
  if (!('sample' in read)) throw new Error(JSON.stringify(read));
  return { ...(JSON.parse(JSON.stringify(read.sample)) as LogReading), text: Buffer.concat(chunks).toString('utf8') };
}

/** A minute at least. */
const MOST_TRIES = 1200;
const BETWEEN_TRIES_MS = 50;
let contracts = 0;

/** What every source of a member's log promises, on the log of a real server. */
export function memberLogContract(
  name: string,
  source: {
    server(): TestPostgres;
    withLog<R>(work: (log: MemberLog) => Promise<R>): Promise<R>;
  },
): void {
  describe(`the log of a member, ${name}`, () => {
    let server: TestPostgres;
    let last = 0;
    // Several contracts write into the log of one server.
    const mark = `mark of ${(contracts += 1)}:`;
    const marksIn = (text: string) =>
      [...text.matchAll(new RegExp(`LOG:  ${mark} (\\d+);`, 'g'))].map(([, number]) => Number(number));
    const began = new Date(Date.now() - 60_000).toISOString();
    beforeAll(() => {
      server = source.server();
    });

    /** Writes marks into the log that nobody wrote before. */
    async function write(count: number, words = ''): Promise<number[]> {
      const first = last + 1;
      last += count;
      await server.query(
        `do $$ begin for n in ${first}..${last} loop raise log '${mark} %; ${words}', n; end loop; end $$`,
      );
      return Array.from({ length: count }, (_, n) => first + n);
    }
    const heard = (start: LogStart, budget?: LogBudget) => source.withLog((log) => hear(log, start, budget));
    const rotate = async () => {
      const CURRENT = 'select pg_current_logfile() as file';
      const [before] = await server.query<{ file: string }>(CURRENT);
      while ((await server.query<{ file: string }>(CURRENT))[0]?.file === before?.file)
        await server.query('select pg_rotate_logfile()');
    };

    /** Reads on, from reading to reading, until so many marks have come: a line is in the log a moment after it was written. */
    async function gather(from: LogPosition, count: number, budget?: LogBudget) {
      const readings: Heard[] = [];
      const marks: number[] = [];
      let position = from;
      for (let n = 0; marks.length < count && n < MOST_TRIES; n += 1) {
        await sleep(BETWEEN_TRIES_MS);
        const reading = await heard({ after: position }, budget);
        marks.push(...marksIn(reading.text));
        if (reading.bytes > 0) readings.push(reading);
        position = reading.position;
      }
      return { marks, position, readings };
    }
    const now = () => new Date().toISOString();
    async function heardAll(count: number): Promise<Heard> {
      for (let n = 0; ; n += 1) {
        const reading = await heard({ since: began });
        if (marksIn(reading.text).length >= count || n === MOST_TRIES) return reading;
        await sleep(BETWEEN_TRIES_MS);
      }
    }

    async function heardAfter(position: LogPosition, count: number): Promise<void> {
      for (let n = 0; n < MOST_TRIES; n += 1) {
        const reading = await heard({ after: position });
        if (marksIn(reading.text).length >= count) return;
        await sleep(BETWEEN_TRIES_MS);
      }
    }

    it('hands out what was written since a time, in whole lines', async () => {
      const written = await write(3);
      const { text, bytes, from } = await heardAll(3);
      expect(marksIn(text)).toEqual(written);
      expect(text.endsWith('\n')).toBe(true);
      expect(bytes).toBe(Buffer.byteLength(text));
      expect(from).toBe(began);
    });

    it('goes on where the last reading ended: nothing twice, nothing left out, through a rotation and a restart', async () => {
      const { position } = await heard({ since: now(), until: now() });
      const one = await write(2);
      const first = await gather(position, 2);
      expect(first.marks).toEqual(one);
      const two = await write(2);
      await rotate();
      const three = await write(2);
      const second = await gather(first.position, 4);
      expect(second.marks).toEqual([...two, ...three]);
      const four = await write(1);
      await server.primary.stop();
      await server.primary.restart();
      const five = await write(1);
      const third = await gather(second.position, 2);
      expect(third.marks).toEqual([...four, ...five]);
      const six = await write(1);
      expect((await gather(third.position, 1)).marks).toEqual(six);
    });

    it('stops at its budget, says so, and leaves the rest for the next reading', async () => {
      const { position } = await heard({ since: now(), until: now() });
      const written = await write(1500, 'x'.repeat(500));
      // Whoever goes on sees the youngest lines a moment later than whoever asks for all.
      await heardAfter(position, written.length);
      const { marks, readings } = await gather(position, written.length, { bytes: 300_000, seconds: 30 });
      expect(marks.join()).toBe(written.join());
      expect(readings.length).toBeGreaterThan(1);
      expect(readings[0]?.why).toBeDefined();
      expect(Math.max(...readings.map(({ bytes }) => bytes))).toBeLessThan(1_500_000);
    });
  });
}
