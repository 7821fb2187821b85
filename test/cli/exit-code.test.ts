import { expect, test } from 'vitest';
import { exitCodeOf, exitCodeOfReport } from '../../src/cli/exit-code.ts';
import { report } from './fixture.ts';

test('the status of a report is the exit code', () => {
  const codes = (['healthy', 'info', 'warning', 'critical', 'unknown'] as const).map((status) =>
    exitCodeOfReport(report({ status })),
  );
  expect(codes).toEqual([0, 0, 1, 2, 3]);
});

test('of several targets a critical one counts more than one that could not be looked at', () => {
  const parts = (...statuses: ('unknown' | 'critical' | 'warning' | 'healthy')[]) =>
    report({ status: 'unknown', parts: statuses.map((status) => report({ status })) });
  expect(exitCodeOfReport(parts('unknown', 'critical', 'healthy'))).toBe(2);
  expect(exitCodeOfReport(parts('unknown', 'warning'))).toBe(3);
  expect(exitCodeOfReport(parts('warning', 'healthy'))).toBe(1);
});

test('a refusal or a fault could not look, a request that can be mended is a usage error', () => {
  expect(exitCodeOf({ refused: 'no role' })).toBe(3);
  expect(exitCodeOf({ failed: 'no route', code: 'target_unreachable' })).toBe(3);
  expect(exitCodeOf({ failed: 'no such target', code: 'invalid_request' })).toBe(64);
});
