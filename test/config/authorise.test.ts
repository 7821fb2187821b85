import { expect, test } from 'vitest';
import { approvalRule, groupsToAsk, roleOf, whoCan, whyNoGroup, whyNot } from '../../src/config/authorise.ts';
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

test('Slack has to be asked of a group only where it would raise a role that does not suffice', () => {
  const asked = (user: string, needed: 'viewer' | 'operator' | 'approver', environment = 'production') =>
    groupsToAsk(config, user, needed, [environment]).map(({ name }) => name);
  expect(asked('U0VERA', 'operator')).toEqual(['dbas']);
  expect(asked('U0EVE', 'viewer')).toEqual(['dbas']);
  // It does not give what is needed, but the refusal says which role the person has.
  expect(asked('U0VERA', 'approver')).toEqual(['dbas']);
  expect(asked('U0OMAR', 'approver')).toEqual([]);
  expect(asked('U0VERA', 'viewer')).toEqual([]);
  expect(asked('U0ADA', 'operator')).toEqual([]);
  expect(asked('U0VERA', 'operator', 'staging')).toEqual([]);
});

test('a group that nobody can say anything of gives no role, and a person whom it could have helped is told', () => {
  const asking = { user: 'U0VERA', unknownGroups: ['S0DBAS'] };
  expect(whyNot(config, asking, 'operator', 'production')).toBe(
    'You are viewer in production; this needs the role operator. Slack could not be asked who is in dbas, so groups give no role now.',
  );
  expect(whyNot(config, asking, 'approver', 'production')).toBe(
    'You are viewer in production; this needs the role approver.',
  );
  expect(whyNot(config, { ...asking, user: 'U0ADA' }, 'operator', 'production')).toBeUndefined();
  expect(whyNoGroup(config, { user: 'U0VERA', groups: ['S0DBAS'] }, 'operator', ['production'])).toBeUndefined();
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

const people = (count: number) => ({ by: 'people', count }) as const;
const acts = (id: string, risk: 'reads' | 'writes' | 'interrupts') => ({ id, risk });

test('looking asks nobody, and an environment that is unknown asks two people', () => {
  expect(approvalRule(config, acts('health', 'reads'), 'production')).toEqual({ by: 'policy' });
  expect(approvalRule(config, acts('end', 'interrupts'), 'production')).toEqual({ by: 'people', count: 2 });
  expect(approvalRule(config, acts('vacuum', 'writes'), 'moon')).toEqual({ by: 'people', count: 2 });
});

test('a graver case of a verb never asks fewer people than the verb, and never nobody', () => {
  const failover = { ...acts('failover', 'interrupts'), approval: people(1), graver: { 'accept-loss': people(2) } };
  const asks = (verbs: string, grave?: string) =>
    approvalRule(
      configOf(text.replace('{ people: 2 } }', `{ people: 2 }, verbs: {${verbs}} }`)),
      failover,
      'production',
      grave,
    );
  expect([asks(''), asks('', 'accept-loss')]).toEqual([people(1), people(2)]);
  expect(asks('accept-loss: { people: 1 }', 'accept-loss')).toEqual(people(1));
  expect(asks('failover: { people: 2 }, accept-loss: { people: 1 }', 'accept-loss')).toEqual(people(2));
  expect(asks('failover: policy, accept-loss: policy', 'accept-loss')).toEqual(people(1));
  expect(asks('', 'another case')).toEqual(people(2));
});

test('a verb asks as the config says of it, else as it says itself, else as the config says of its risk', () => {
  const said = configOf(text.replace('{ people: 2 } }', '{ people: 1 }, verbs: { end: policy } }'));
  const twoPeople = { by: 'people', count: 2 } as const;
  expect(approvalRule(said, acts('end', 'interrupts'), 'production')).toEqual({ by: 'policy' });
  expect(approvalRule(said, acts('cancel', 'interrupts'), 'production')).toEqual({ by: 'people', count: 1 });
  const switchover = { ...acts('switchover', 'interrupts'), approval: twoPeople };
  expect(approvalRule(said, switchover, 'production')).toEqual(twoPeople);
  const eased = configOf(text.replace('{ people: 2 } }', '{ people: 2 }, verbs: { end: { people: 1 } } }'));
  expect(approvalRule(eased, { ...switchover, id: 'end' }, 'production')).toEqual({ by: 'people', count: 1 });
});
