import { expect, test } from 'vitest';
import { matchesPattern, type EventPattern } from '../../src/runtime/event-pattern.ts';

const alarm = {
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  resources: ['arn:aws:cloudwatch:eu-central-1:1:alarm:lag', 'arn:aws:cloudwatch:eu-central-1:1:alarm:cpu'],
  detail: {
    alarmName: 'shop-db-replica-lag',
    state: { value: 'ALARM', reason: null },
    count: 300,
    empty: '',
    ok: true,
    'source-ip': '10.0.0.17',
    configuration: {
      metrics: [
        { name: 'ReplicaLag', period: 60 },
        { name: 'CPU', period: 300 },
      ],
    },
  },
};

const matching: readonly [string, EventPattern][] = [
  ['nothing asked', {}],
  ['one of several values', { detail: { state: { value: ['OK', 'ALARM'] } } }],
  ['null', { detail: { state: { reason: [null] } } }],
  ['the empty string', { detail: { empty: [''] } }],
  ['true', { detail: { ok: [true] } }],
  ['a number however it is written', { detail: { count: [300.0] } }],
  ['one element of an array', { resources: ['arn:aws:cloudwatch:eu-central-1:1:alarm:cpu'] }],
  ['a field of one object of an array', { detail: { configuration: { metrics: { name: ['CPU'] } } } }],
  ['prefix', { detail: { alarmName: [{ prefix: 'shop-' }] } }],
  ['prefix in any case', { detail: { alarmName: [{ prefix: { 'equals-ignore-case': 'SHOP-' } }] } }],
  ['suffix', { detail: { alarmName: [{ suffix: '-lag' }] } }],
  ['suffix in any case', { detail: { alarmName: [{ suffix: { 'equals-ignore-case': '-LAG' } }] } }],
  ['equals-ignore-case', { detail: { alarmName: [{ 'equals-ignore-case': 'Shop-DB-Replica-Lag' }] } }],
  ['wildcard', { detail: { alarmName: [{ wildcard: 'shop-*-lag' }] } }],
  ['anything-but a value', { detail: { state: { value: [{ 'anything-but': 'OK' }] } } }],
  ['anything-but values', { detail: { state: { value: [{ 'anything-but': ['OK', 'INSUFFICIENT_DATA'] }] } } }],
  ['anything-but numbers', { detail: { count: [{ 'anything-but': [100, 200] }] } }],
  ['anything-but a prefix', { detail: { alarmName: [{ 'anything-but': { prefix: 'billing-' } }] } }],
  ['anything-but prefixes', { detail: { alarmName: [{ 'anything-but': { prefix: ['billing-', 'crm-'] } }] } }],
  ['anything-but a suffix', { detail: { alarmName: [{ 'anything-but': { suffix: '-cpu' } }] } }],
  ['anything-but a wildcard', { detail: { alarmName: [{ 'anything-but': { wildcard: '*-cpu-*' } }] } }],
  ['anything-but in any case', { detail: { state: { value: [{ 'anything-but': { 'equals-ignore-case': 'ok' } }] } } }],
  ['numeric =', { detail: { count: [{ numeric: ['=', 300] }] } }],
  ['numeric range', { detail: { count: [{ numeric: ['>', 0, '<=', 300] }] } }],
  ['exists', { detail: { alarmName: [{ exists: true }] } }],
  ['does not exist', { detail: { alarmTags: [{ exists: false }] } }],
  ['does not exist below what does not exist', { detail: { tags: { env: [{ exists: false }] } } }],
  ['cidr', { detail: { 'source-ip': [{ cidr: '10.0.0.0/24' }] } }],
  ['$or', { detail: { $or: [{ count: [1] }, { state: { value: ['ALARM'] } }] } }],
  ['a value or an operator', { detail: { count: [1, { numeric: ['>', 200] }] } }],
];

const failing: readonly [string, EventPattern][] = [
  ['another value', { source: ['aws.rds'] }],
  ['one field of two wrong', { source: ['aws.cloudwatch'], detail: { state: { value: ['OK'] } } }],
  ['a missing field', { detail: { nothing: ['x'] } }],
  ['a number as text', { detail: { count: ['300'] } }],
  ['null for a missing field', { detail: { nothing: [null] } }],
  ['case', { detail: { state: { value: ['alarm'] } } }],
  ['prefix', { detail: { alarmName: [{ prefix: 'db-' }] } }],
  ['suffix', { detail: { alarmName: [{ suffix: 'shop' }] } }],
  ['wildcard', { detail: { alarmName: [{ wildcard: 'shop-*-cpu' }] } }],
  ['an escaped wildcard', { detail: { alarmName: [{ wildcard: 'shop-\\*-lag' }] } }],
  ['a dot in a wildcard', { detail: { alarmName: [{ wildcard: 'shop.db*' }] } }],
  ['anything-but the value', { detail: { state: { value: [{ 'anything-but': ['ALARM'] }] } } }],
  ['anything-but the prefix', { detail: { alarmName: [{ 'anything-but': { prefix: 'shop' } }] } }],
  ['anything-but on a missing field', { detail: { nothing: [{ 'anything-but': 'x' }] } }],
  ['numeric range', { detail: { count: [{ numeric: ['>', 0, '<', 300] }] } }],
  ['numeric on text', { detail: { alarmName: [{ numeric: ['>', 0] }] } }],
  ['exists', { detail: { alarmTags: [{ exists: true }] } }],
  ['does not exist', { detail: { alarmName: [{ exists: false }] } }],
  ['cidr', { detail: { 'source-ip': [{ cidr: '10.0.1.0/24' }] } }],
  ['$or', { detail: { $or: [{ count: [1] }, { state: { value: ['OK'] } }] } }],
  ['$or beside a wrong field', { source: ['aws.rds'], $or: [{ source: ['aws.cloudwatch'] }] }],
];

test.for(matching)('matches: %s', ([, pattern]) => {
  expect(matchesPattern(pattern, alarm)).toBe(true);
});

test.for(failing)('does not match: %s', ([, pattern]) => {
  expect(matchesPattern(pattern, alarm)).toBe(false);
});

test.for<[string, EventPattern]>([
  ['an unknown operator', { source: [{ like: 'aws' }] }],
  ['a bare value', { source: 'aws.cloudwatch' }],
  ['a comparison without a number', { detail: { count: [{ numeric: ['>'] }] } }],
])('refuses %s', ([, pattern]) => {
  expect(() => matchesPattern(pattern, alarm)).toThrow(/event pattern/);
});
