import { expect, test } from 'vitest';
import { secretReference } from '../../src/config/secret-reference.ts';

test('each reference names its place', () => {
  expect(secretReference('env:ORDERS_PASSWORD')).toEqual({ from: 'env', name: 'ORDERS_PASSWORD' });
  expect(secretReference('ssm:/nightshift/orders')).toEqual({ from: 'ssm', name: '/nightshift/orders' });
  expect(secretReference('secretsmanager:prod/orders')).toEqual({ from: 'secretsmanager', name: 'prod/orders' });
  expect(secretReference('iam')).toEqual({ from: 'iam' });
});

test('anything else is no reference', () => {
  for (const text of ['hunter2', 'env:', 'env:two words', 'ssm:no-slash', 'vault:x', '']) {
    expect(secretReference(text)).toBeUndefined();
  }
});
