import { expect, test } from 'vitest';
import { orderRefusal } from '../../../src/providers/order-refusal.ts';
import { RDS_WORDS } from '../../../src/providers/rds/switchover/order.ts';

const about = { name: 'shop-db-1', words: RDS_WORDS };

function thrown(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error('so it is'), { name, ...(httpStatusCode ? { $metadata: { httpStatusCode } } : {}) });
}

test.each([
  ['InvalidDBInstanceStateFault', 'is not available any more'],
  ['InvalidDBInstanceState', 'is not available any more'],
  ['InvalidDBClusterStateFault', 'is not in a state in which it can fail over'],
  ['DBInstanceNotFoundFault', 'AWS knows no instance shop-db-1'],
  ['DBClusterNotFoundFault', 'AWS knows no cluster shop-db-1'],
  ['InvalidParameterCombination', 'has no standby to fail over to'],
  ['InvalidParameterValue', 'does not take the order'],
  ['KMSKeyNotAccessibleFault', 'cannot reach the key'],
  ['AccessDenied', 'tag shop-db-1 with nightshift:failover = allowed'],
  ['ExpiredToken', 'the credentials of the failover role had expired'],
  ['OptInRequired', 'the region is not enabled'],
  ['InsufficientDBInstanceCapacity', 'AWS refused it (InsufficientDBInstanceCapacity: so it is).'],
])('%s means that nothing was done, and says why', (name, words) => {
  const refusal = orderRefusal(thrown(name, 400), about);
  expect(refusal.kind).toBe('not-done');
  expect(refusal.sentence).toContain(words);
});

test.each(['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'APICallRateForCustomerExceeded'])(
  '%s means "later"',
  (name) => {
    expect(orderRefusal(thrown(name, 400), about).kind).toBe('throttled');
  },
);

test.each([
  ['a server error', thrown('InternalFailure', 500)],
  ['a service that is away', thrown('ServiceUnavailable', 503)],
  ['a request that took too long', thrown('RequestTimeout', 408)],
  ['silence', thrown('TimeoutError')],
  ['a connection that broke', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
])('after %s nobody knows whether AWS heard the order', (_, error) => {
  expect(orderRefusal(error, about).kind).toBe('open');
});

test('where nothing listens nothing was ordered', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  expect(orderRefusal(error, about)).toEqual({
    kind: 'not-done',
    sentence: 'AWS could not be asked (ECONNREFUSED).',
  });
});
