import { setRole } from './postgres-roles.ts';

/** A small shop, seeded once: 2,000 customers, 300 products, 20,000 orders of two items each. */
const SHOP = `
  CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE products (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, category text NOT NULL,
    price_cents int NOT NULL, stock int NOT NULL);
  CREATE INDEX ON products (category);
  CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
    status text NOT NULL DEFAULT 'placed', created_at timestamptz NOT NULL DEFAULT now(), paid_at timestamptz);
  CREATE INDEX ON orders (customer_id);
  CREATE INDEX ON orders (created_at) WHERE status = 'placed';
  CREATE TABLE order_items (
    order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE, product_id bigint NOT NULL REFERENCES products,
    quantity int NOT NULL, price_cents int NOT NULL, PRIMARY KEY (order_id, product_id));
  INSERT INTO customers (name, email)
    SELECT 'Customer ' || n, 'customer' || n || '@example.com' FROM generate_series(1, 2000) n;
  INSERT INTO products (title, category, price_cents, stock)
    SELECT 'Product ' || n, (ARRAY['books','music','garden','kitchen','toys'])[1 + n % 5], 500 + n * 7 % 9000, 1000
      FROM generate_series(1, 300) n;
  INSERT INTO orders (customer_id, status, created_at, paid_at)
    SELECT 1 + n * 37 % 2000, 'paid', now() - (20001 - n) * interval '1 minute', now() - (20000 - n) * interval '1 minute'
      FROM generate_series(1, 20000) n;
  INSERT INTO order_items
    SELECT n, 1 + (n * 13 + m * 101) % 300, 1 + m, 1500 FROM generate_series(1, 20000) n, generate_series(0, 1) m;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop;
  -- EXPLAIN asks for it; without it a statement is explained by counters alone.
  GRANT SELECT ON ALL TABLES IN SCHEMA public TO nightshift_read`;

/** Makes the shop's role and, the first time, its tables with rows. Runs as superuser in database `shop`. */
export async function createShop(query: (sql: string) => Promise<unknown[]>, password: string): Promise<void> {
  await setRole(query, 'shop', '', password);
  const isSeeded = await query(`SELECT WHERE to_regclass('public.order_items') IS NOT NULL`);
  if (isSeeded.length > 0) return;
  // One message is one transaction: the shop is there with all of its rows, or not at all.
  await query(SHOP);
  await query('VACUUM (ANALYZE)');
}
