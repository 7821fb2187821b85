import { expect, it } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { passwordsOf } from '../../src/targets/passwords.ts';
import { configOf, problemsOf, text } from './fixture.ts';

const login = 'canary: { user: nightshift_canary, password: env:ORDERS_CANARY }';
const asked = (entry: string) => text.replace('    alarms: [orders-lag]\n', `    canary: ${entry}\n`);
const withLogins = (entry: string) =>
  asked(entry)
    .replace('password: env:ORDERS_READ } }', `password: env:ORDERS_READ }, ${login} }`)
    .replace('port: 5433 }', `port: 5433, credentials: { ${login} } }`);
const linesOf = (config: string) => problemsOf(config).map((one) => problemText(one).replace(/^line \d+ · /, ''));

it('is off unless somebody asks for it', () => {
  expect(configOf(text).targets[0]).not.toHaveProperty('canary');
  expect(configOf(withLogins('false')).targets[0]).not.toHaveProperty('canary');
});

it('comes by the members where nothing stands before them, and has a login that two rooms hold', () => {
  const [target] = configOf(withLogins('true')).targets;
  expect(target?.canary).toEqual({ by: 'members' });
  expect(passwordsOf(target!.members[1]!)).toEqual(
    ['read', 'act'].map((room) => ({
      room,
      at: 'credentials.canary.password',
      password: { from: 'env', name: 'ORDERS_CANARY' },
    })),
  );
});

it('needs a login on each member, and poolers where it is to come through them', () => {
  expect(linesOf(asked('true'))).toEqual([
    expect.stringMatching(/^targets\.orders-db\.members\.orders-db-1\.credentials\.canary: is missing/),
    expect.stringMatching(/^targets\.orders-db\.members\.orders-db-2\.credentials\.canary: is missing/),
  ]);
  expect(linesOf(withLogins('{ by: poolers }'))).toEqual([
    'targets.orders-db.canary.by: is poolers, and `fence` names none',
  ]);
});

it('is for servers of your own', () => {
  expect(linesOf(withLogins('true').replace('provider: self-managed', 'provider: rds'))).toContain(
    'targets.orders-db.canary: is for servers of your own; rds moves the writes by itself',
  );
});
