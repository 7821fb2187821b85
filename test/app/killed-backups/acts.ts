import type { TestPostgres } from '../../servers.ts';
import type { PostgresMajor } from '../../servers/postgres-majors.ts';

/** Work with backups that is killed and begun again. */
export type Act = {
  name: string;
  words: string;
  /** What begins it again, where that is not the same. */
  again?: string;
  /** Only by the long-lived bot, or only in a process of its own. */
  only?: 'served' | 'here';
  /** What its run says when it ended as it should. */
  good: RegExp;
  /** About how often it touches a store, and how long it lasts. */
  places: number;
  atMostMs: number;
  isPrune?: true;
  /** It starts a server of its own for a while. */
  loads?: true;
  before?(database: TestPostgres): Promise<void>;
};

const READ = /every byte read back from primary/;
const WAL = /write-ahead log (?:up to|has a gap)|log is stored|has the write-ahead log/;

export function actsOf(major: PostgresMajor): readonly Act[] {
  const full: Act = { name: 'full', words: 'backup shop-db full', good: READ, places: 13, atMostMs: 8000 };
  const wal: Act = { name: 'wal', words: 'wal shop-db', good: WAL, places: 12, atMostMs: 5000 };
  return [
    full,
    ...(major === 18 ? [{ ...full, name: 'increment', words: 'backup shop-db incremental' }] : []),
    wal,
    { ...wal, name: 'wal after a gap', before: loseWal, places: 24, atMostMs: 9000 },
    {
      ...wal,
      name: 'follow',
      words: 'wal shop-db --follow',
      again: 'wal shop-db',
      only: 'here',
      places: 6,
      atMostMs: 20_000,
    },
    { name: 'verify', words: 'verify shop-db primary', good: /read back as it was written/, places: 3, atMostMs: 6000 },
    {
      name: 'prune',
      words: 'prune shop-db apply',
      only: 'served',
      isPrune: true,
      good: /deleted|can go|cut off|nothing/,
      places: 12,
      atMostMs: 3000,
    },
    {
      name: 'snapshot',
      words: 'backup shop-cache',
      good: /keys? loaded from it/,
      places: 13,
      atMostMs: 9000,
      loads: true,
    },
  ];
}

const SLOT_IS_FREE = "SELECT 1 FROM pg_replication_slots WHERE slot_name = 'nightshift' AND active";

/** The slot is gone, and then what it kept: what comes next begins after a gap. */
async function loseWal(database: TestPostgres): Promise<void> {
  while ((await database.query(SLOT_IS_FREE)).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  await database.query("SELECT pg_drop_replication_slot('nightshift')");
  for (let n = 0; n < 3; n += 1) {
    await database.query("SELECT pg_logical_emit_message(true, 'fill', repeat('x', 100000)), pg_switch_wal()");
    await database.query('CHECKPOINT');
  }
}
