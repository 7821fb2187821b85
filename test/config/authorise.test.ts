import { expect, test } from 'vitest';
import { approvalRule, roleOf, whoCan, whyNot } from '../../src/config/authorise.ts';
import { configOf, text } from './fixture.ts';

const config = configOf(
  text.replace('targets:', 'groups:\n  dbas: { slack: S0DBAS, roles: { production: operator } }\ntargets:'),
);

test('the role of the environment counts before the one for all environments', () => {
  expect(roleOf(config, 'U0ADA', 'production')).toBe('approver');
  expect(roleOf(config, 'U0BEN', 'production')).toBe('viewer');
  expect(roleOf(config, 'U0BEN', 'staging')).toBe('approver');
});

test('a person has the highest role of the own name and of the groups', () => {
  expect(roleOf(config, { user: 'U0VERA', groups: ['S0DBAS'] }, 'production')).toBe('operator');
  expect(roleOf(config, { user: 'U0NEW', groups: ['S0DBAS', 'S0OTHER'] }, 'production')).toBe('operator');
  expect(roleOf(config, { user: 'U0ADA', groups: ['S0DBAS'] }, 'production')).toBe('approver');
});

test('a stranger has no role and is refused', () => {
  expect(roleOf(config, 'U0EVE', 'production')).toBeUndefined();
  expect(whyNot(config, 'U0EVE', 'viewer', 'production')).toBe(
    'You have no role in production; this needs the role viewer.',
  );
});

test('approver includes operator, which includes viewer', () => {
  expect(whyNot(config, 'U0ADA', 'viewer', 'production')).toBeUndefined();
  expect(whyNot(config, 'U0ADA', 'operator', 'production')).toBeUndefined();
  expect(whyNot(config, 'U0OMAR', 'viewer', 'production')).toBeUndefined();
  expect(whyNot(config, 'U0OMAR', 'approver', 'production')).toBe(
    'You are operator in production; this needs the role approver.',
  );
});

test('an unknown environment is refused, whoever asks', () => {
  expect(whyNot(config, 'U0ADA', 'viewer', 'moon')).toBe('There is no environment of this name; known are production.');
});

test('who can is said by name', () => {
  expect(whoCan(config, 'approver', 'production')).toBe('ada or cleo');
  expect(whoCan(config, 'operator', 'production')).toBe('omar, ada, cleo or anyone in dbas');
  expect(
    whoCan(
      configOf(
        text
          .replaceAll('approver', 'viewer')
          .replace('{ interrupts: { people: 2 } }', '{ interrupts: policy, destroys: policy }'),
      ),
      'approver',
      'production',
    ),
  ).toContain('nobody');
});

test('looking asks nobody, and an environment that is unknown asks two people', () => {
  expect(approvalRule(config, 'reads', 'production')).toEqual({ by: 'policy' });
  expect(approvalRule(config, 'interrupts', 'production')).toEqual({ by: 'people', count: 2 });
  expect(approvalRule(config, 'writes', 'moon')).toEqual({ by: 'people', count: 2 });
});
