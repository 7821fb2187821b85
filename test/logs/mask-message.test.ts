import { expect, test } from 'vitest';
import { maskMessage } from '../../src/logs/digest/mask-message.ts';

test.each([
  ['invalid input syntax for type integer: "{"name": "Ada"}"', 'invalid input syntax for type integer: "?"'],
  ['malformed record literal: "(1,"Ada Lovelace")"', 'malformed record literal: "?"'],
  ['value "a"Ada"b" is out of range for type integer', 'value "?" is out of range for type integer'],
  ['invalid input syntax for type uuid: "a column "Ada" b"', 'invalid input syntax for type uuid: "?"'],
])('a value with quotes in it leaves nothing behind: %j', (message, masked) => {
  expect(maskMessage(message)).toBe(masked);
});

test.each([
  [
    'insert or update on table "orders" violates foreign key constraint "orders_customer_fkey"',
    'insert or update on table "orders" violates foreign key constraint "orders_customer_fkey"',
  ],
  [
    'no pg_hba.conf entry for host "10.0.0.7", user "app", database "shop", no encryption',
    'no pg_hba.conf entry for host "?", user "app", database "shop", no encryption',
  ],
  ['parameter "work_mem" changed to "64MB"', 'parameter "work_mem" changed to "?"'],
])('names stay: %j', (message, masked) => {
  expect(maskMessage(message)).toBe(masked);
});

test('a message of letters or blanks alone is read a bounded number of times', () => {
  for (const sign of ['a', ' ', '"', 'a "']) expect(maskMessage(sign.repeat(400_000)).length).toBeLessThan(301);
});
