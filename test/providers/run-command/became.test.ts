import type { GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import { expect, it } from 'vitest';
import { became, type Asked } from '../../../src/providers/run-command/became.ts';
import { sendWords, whyUnreachable } from '../../../src/providers/run-command/words.ts';

const order = { member: 'shop-db-1', primary: 'shop-db-2', identity: {} };
const asked: Asked = {
  command: 'c-1',
  invocation: undefined,
  document: 'nightshift-rejoin',
  node: 'mi-1',
  afterMs: 30_000,
};
const said = (StatusDetails: string, more: Partial<GetCommandInvocationResult> = {}) =>
  became(order, { ...asked, invocation: { StatusDetails, StandardOutputContent: 'stop\nkeep\n', ...more } });

it.each([
  ['Pending', 'under-way'],
  ['InProgress', 'under-way'],
  ['Delayed', 'under-way'],
  ['Cancelling', 'under-way'],
  ['Failed', 'not-done'],
  ['DeliveryTimedOut', 'not-done'],
  ['Delivery Timed Out', 'not-done'],
  ['Undeliverable', 'not-done'],
  ['Terminated', 'not-done'],
  ['InvalidPlatform', 'not-done'],
  ['InvalidPlatformType', 'not-done'],
  ['AccessDenied', 'not-done'],
  ['Access Denied', 'not-done'],
  ['RateExceeded', 'not-done'],
  ['NoInstancesInTag', 'not-done'],
  ['Cancelled', 'needs-a-human'],
  ['ExecutionTimedOut', 'needs-a-human'],
  ['Execution Timed Out', 'needs-a-human'],
  ['Something New', 'needs-a-human'],
])('%s is %s', (details, ended) => {
  const end = said(details);
  expect(end.ended).toBe(ended);
  if (end.ended === 'not-done' && details !== 'Failed') expect(end.why).toMatch(/Nothing was done\.$/);
  if (end.ended === 'needs-a-human') expect(end.left[0]).toMatch(/whether a program is at work still/);
});

it('success counts with all phases of our document alone', () => {
  expect(said('Success', { StandardOutputContent: 'stop\nkeep\nfollow\n' })).toMatchObject({ ended: 'obeyed' });
  expect(said('Success')).toMatchObject({
    ended: 'needs-a-human',
    why: expect.stringContaining('does not say that it did follow') as string,
  });
});

it('a failure tells the phase and the last line, and no more of it', () => {
  const end = said('Failed', { StandardErrorContent: `first\nit ended with 1. ${'x'.repeat(900)}\n` });
  expect(end).toMatchObject({ why: expect.stringMatching(/failed at `keep`: it ended with 1\. x+$/) as string });
  expect('why' in end && end.why ? end.why.length : 0).toBeLessThan(400);
  const silent = said('Failed', { StandardOutputContent: '', ResponseCode: 127 });
  expect(silent).toMatchObject({ why: expect.stringMatching(/failed before `stop`: it ended with 127/) as string });
});

it('what AWS does not show is waited for two minutes, and then told by whether it took the order', () => {
  const later = { ...asked, afterMs: 121_000 };
  expect(became(order, asked)).toMatchObject({ ended: 'under-way' });
  expect(became(order, { ...later, command: undefined })).toMatchObject({ ended: 'not-done' });
  expect(became(order, later)).toMatchObject({ ended: 'needs-a-human' });
});

it('an agent is reached where it is registered, on Linux, and online', () => {
  expect(whyUnreachable('mi-1', { PingStatus: 'Online', PlatformType: 'Linux' })).toBeNull();
  expect(whyUnreachable('mi-1', undefined)).toMatch(/no agent is registered as mi-1/);
  expect(whyUnreachable('mi-1', { PingStatus: 'Online', PlatformType: 'Windows' })).toMatch(/runs Windows/);
  expect(whyUnreachable('mi-1', { PingStatus: 'Inactive', LastPingDateTime: new Date(0) })).toMatch(
    /is Inactive, last heard of at 1970-01-01T00:00:00/,
  );
});

it.each([
  'InvalidInstanceId',
  'InvalidDocument',
  'InvalidParameters',
  'UnsupportedPlatformType',
  'AccessDeniedException',
])('a "no" of AWS has its words: %s', (code) => {
  const found = sendWords('nightshift-rejoin').find(([codes]) => codes.test(code));
  expect(found?.[1]('mi-1')).toMatch(/nightshift-rejoin|mi-1/);
});
