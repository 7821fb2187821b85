import type pg from 'pg';

const BROWSE = 'SELECT id, title, price_cents FROM products WHERE category = $1 ORDER BY id LIMIT 20';
const PLACE_ORDER = 'INSERT INTO orders (customer_id) VALUES ($1) RETURNING id';
const ADD_ITEM = `
  INSERT INTO order_items (order_id, product_id, quantity, price_cents)
  SELECT $1, id, $3, price_cents FROM products WHERE id = $2`;
const TAKE_FROM_STOCK = 'UPDATE products SET stock = CASE WHEN stock > $2 THEN stock - $2 ELSE 1000 END WHERE id = $1';
const COLLECT = `
  UPDATE orders SET status = 'paid', paid_at = now()
   WHERE id IN (SELECT id FROM orders WHERE status = 'placed' ORDER BY created_at LIMIT 20)`;
const FORGET_OLD = `DELETE FROM orders WHERE id < (SELECT max(id) - 40000 FROM orders)`;
const TURNOVER = `
  SELECT p.category, sum(i.quantity * i.price_cents) AS cents
    FROM orders o JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id
   WHERE o.id > (SELECT max(id) - 2000 FROM orders) GROUP BY p.category`;

const categories = ['books', 'music', 'garden', 'kitchen', 'toys'];

/** A visitor looks around; every third one buys something. */
export async function web(client: pg.Client): Promise<void> {
  await client.query(BROWSE, [categories[upTo(categories.length) - 1]]);
  if (upTo(3) > 1) return;
  const [product, quantity] = [upTo(300), upTo(3)];
  await client.query('BEGIN');
  const placed = await client.query<{ id: string }>(PLACE_ORDER, [upTo(2000)]);
  await client.query(ADD_ITEM, [placed.rows[0]?.id, product, quantity]);
  await client.query(TAKE_FROM_STOCK, [product, quantity]);
  await client.query('COMMIT');
}

/** Money is collected; the oldest orders go, so that the shop does not grow without end. */
export async function billing(client: pg.Client): Promise<void> {
  await client.query(COLLECT);
  await client.query(FORGET_OLD);
}

/** The turnover of the latest orders, on the replica. */
export async function reporting(client: pg.Client): Promise<void> {
  await client.query(TURNOVER);
}

function upTo(most: number): number {
  return 1 + Math.floor(Math.random() * most);
}
