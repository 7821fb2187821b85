import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** An entry as a server with this prefix writes it. */
export type Entry = { time: string; pid: number; severity: string; message: string; user?: string; database?: string };

export const PREFIX = '%m [%p] %q%u@%d ';

/** A log of format stderr with the prefix above. */
export function stderrLog(entries: readonly Entry[]): string {
  return entries
    .map(({ time, pid, severity, message, user, database }) => {
      const session = user === undefined ? '' : `${user}@${database ?? ''} `;
      return `${time} [${pid}] ${session}${severity}:  ${message}\n`;
    })
    .join('');
}

/** A statement each minute of some hours of a day, with an error, a wait, a file and a checkpoint every hour. */
export function dayLog(day: string, hours: readonly number[]): string {
  return stderrLog(
    hours.flatMap((hour) =>
      Array.from({ length: 60 }, (_, minute) =>
        minutesEntries(`${day} ${two(hour)}:${two(minute)}:07.250 UTC`, minute),
      ).flat(),
    ),
  );
}

function minutesEntries(time: string, minute: number): Entry[] {
  const of = { time, pid: 100 + (minute % 7), user: 'app', database: 'shop' };
  const log = (message: string, severity = 'LOG'): Entry => ({ ...of, severity, message });
  const statement = `select * from orders\n\twhere id = ${minute} and note = 'n${minute}'`;
  const hourly = [
    log('duplicate key value violates unique constraint "orders_pkey"', 'ERROR'),
    log('Key (id)=(7) already exists.', 'DETAIL'),
    log("insert into orders values (7, 'x')", 'STATEMENT'),
    log(`process ${of.pid} acquired ShareLock on transaction 745 after 2500.500 ms`),
    log('temporary file: path "base/pgsql_tmp/pgsql_tmp1.0", size 14016512'),
    {
      time,
      pid: 9,
      severity: 'LOG',
      message:
        'checkpoint complete: wrote 44 buffers (0.3%); 0 WAL file(s) added, 0 removed, 0 recycled; write=4.3 s, sync=0.01 s, total=4.5 s; sync files=11',
    },
  ];
  return [log(`duration: ${minute + 1}.500 ms  statement: ${statement}`), ...(minute === 30 ? hourly : [])];
}

const two = (number: number): string => String(number).padStart(2, '0');

/** A directory that goes with the test file; `write` gives the path. */
export function logDirectory(): { path: string; write(name: string, content: string | Uint8Array): string } {
  const path = mkdtempSync(join(tmpdir(), 'nightshift-logs-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, content) {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
  };
}
