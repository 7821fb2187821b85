import type { Fleet } from '../fleet/index.ts';
import type { Drill } from './drill.ts';

const LOSE = 'TRUNCATE orders, order_items';
const LAST = 'SELECT coalesce(max(id), 0)::int AS id FROM orders';
const ARE_LOST = 'SELECT WHERE NOT EXISTS (SELECT FROM orders WHERE id <= $1::int)';
/** Others of the same kind: the ones that were lost are in the backups alone. */
const MAKE_OTHERS = `
  WITH made AS (
    INSERT INTO orders (id, customer_id, status, created_at, paid_at) OVERRIDING SYSTEM VALUE
    SELECT n, 1 + n * 37 % 2000, 'paid', now() - ($1::int + 1 - n) * interval '1 minute', now() - ($1::int - n) * interval '1 minute'
    FROM generate_series(greatest(1, $1::int - 19999), $1::int) n ON CONFLICT DO NOTHING RETURNING id)
  INSERT INTO order_items SELECT id, 1 + (id * 13) % 300, 1, 1500 FROM made ON CONFLICT DO NOTHING`;

/** A script that was meant for a test ran on the primary; the replica has done the same by now. */
export function ordersLost({ postgres }: Fleet): Drill {
  let lostUpTo = 0;
  const isOn = async () => {
    if (lostUpTo === 0) return false;
    const lost = await (await postgres.primary())?.query(ARE_LOST, [lostUpTo]);
    return (lost ?? []).length > 0;
  };
  return {
    name: 'orders-lost',
    title: 'Lose all orders',
    what: 'TRUNCATE of orders and their items on shop-db, and on its replica a moment later: only a backup has them. Say /db wal shop-db before: it takes a backup the first time. Bring them back by hand: docs/backups.md.',
    on: async () => {
      const primary = await postgres.primary();
      if (!primary) throw new Error('no server takes writes: switch the other drills off first');
      if (await isOn()) return;
      lostUpTo = (await primary.query<{ id: number }>(LAST))[0]?.id ?? 0;
      await primary.query(LOSE);
    },
    off: async () => {
      if (await isOn()) await (await postgres.primary())?.query(MAKE_OTHERS, [lostUpTo]);
      lostUpTo = 0;
    },
    isOn,
  };
}
