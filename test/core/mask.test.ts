import { describe, expect, it } from 'vitest';
import { createMask, maskKey } from '../../src/core/mask.ts';

const mask = createMask(['canary/pass word', 'abc']);

describe('the mask hides', () => {
  it.each([
    'the password canary/pass word was refused',
    'redis://:canary%2Fpass%20word@cache:6379',
    Buffer.from('canary/pass word').toString('base64'),
    'postgres://bob:canary@host:5432/shop',
    'postgres://bob:can@ry/canary@host/shop',
    'amqp://bob:canary@host',
    'host=db password=canary user=bob',
    'PGPASSWORD="canary"',
    '{"password":"canary"}',
    'api_key: canary',
    'xoxb-1234-canary',
    'xapp-1-canary',
    'key id AKIACANARYCANARYCANA',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.canary',
    'Authorization: Bearer canarycanary',
    'duplicate key\nDETAIL:  Key (email)=(canary(1)@x) already exists.',
    'DETAIL:  Failing row contains (1, canary, null).',
    'invalid input syntax for type integer: "canary"',
    'value "canary" is out of range for type integer',
    'syntax error at or near "canary"',
    'portal "" with parameters: $1 = \'canary\'',
    "ERR unknown command 'HGETT', with args beginning with: 'canary' ",
    "select * from t where a = 'canary'",
    "STATEMENT: update t set a = 'canary' where b = 1",
    'query "delete from t where a = \'canary\'" failed',
    "insert into t values ('canary')",
  ])('%s', (text) => {
    const masked = JSON.stringify(mask(text));
    expect(masked.toLowerCase()).not.toContain('canary');
    expect(masked).not.toContain('Y2FuYXJ5');
  });

  it('values deep inside lists and objects, and in names of fields', () => {
    const masked = mask({ a: [{ 'canary/pass word': ["select 'x' from t where b = 'canary'"] }], password: 'short' });
    expect(masked).toEqual({ a: [{ '***': ['select ? from t where b = ?'] }], password: '***' });
  });
});

describe('the mask leaves alone', () => {
  it.each([
    "it's 12 sessions, select a target from the list (it's fine)",
    'Update 3 rows in orders',
    'Create an index on orders, it is cheap.',
    'relation "orders" does not exist',
    'pid 2211 (app `billing`, user shop) is idle in transaction for 14 min',
    'GRANT pg_monitor TO nightshift_read;',
    'no pg_hba.conf entry for host "10.0.0.1", user "bob", database "shop"',
    'With 3 victims and 12 waiting, end pid 7.',
    'nothing listens on 127.0.0.1:5432 (connection refused)',
    'unknown verb "helth", did you mean "health"?',
    'Call the owner of app `billing` (values above 30 s are slow).',
    'abc is too short to be a secret',
  ])('%s', (text) => {
    expect(mask(text)).toBe(text);
  });

  it('numbers, booleans and null', () => {
    expect(mask({ pid: 42, up: true, since: null })).toEqual({ pid: 42, up: true, since: null });
  });
});

describe('a Redis key', () => {
  it.each([
    ['session:8f3a09', 'session:*'],
    ['user:alice@example.com:cart', 'user:*:*'],
    ['8f3a09', '*'],
    ['plain', 'plain'],
  ])('%s is shown as %s', (key, shown) => {
    expect(maskKey(key)).toBe(shown);
  });
});
