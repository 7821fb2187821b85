import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { passwordsOf } from '../../src/targets/passwords.ts';
import { configOf, problemsOf, text } from './fixture.ts';

function linesAfter(...changes: readonly [string, string][]): string[] {
  const changed = changes.reduce((config, [from, to]) => {
    expect(config).toContain(from);
    return config.replace(from, to);
  }, text);
  return problemsOf(changed).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));
}

describe('the Patroni beside each server', () => {
  const withPatroni = (entry: string): [string, string] => ['    alarms: [orders-lag]\n', `    patroni: ${entry}\n`];
  const login = 'user: patroni, password: env:PATRONI';

  it('is named once for all members, by their hosts, with a login of its own', () => {
    const [from, to] = withPatroni(`{ url: 'https://{host}:8008/', ${login} }`);
    const members = configOf(text.replace(from, to)).targets[0]?.members;
    const asked = { user: 'patroni', password: { from: 'env', name: 'PATRONI' } };
    expect(members?.map(({ patroni }) => patroni)).toEqual([
      { url: 'https://db1.example.internal:8008', login: asked },
      { url: 'https://db2.example.internal:8008', login: asked },
    ]);
    expect(members?.[0] && passwordsOf(members[0])).toContainEqual({
      room: 'act',
      at: 'patroni.password',
      password: asked.password,
    });
  });

  it('is a URL without secrets, and its password no token', () => {
    expect(linesAfter(withPatroni(`{ url: 'http://u:p@{host}:8008' }`))[0]).toMatch(
      /^targets\.orders-db\.patroni\.url: a URL is/,
    );
    expect(linesAfter(withPatroni(`{ url: 'http://{host}:8008', user: patroni, password: iam }`))).toEqual([
      'targets.orders-db.patroni.password: cannot be iam: Patroni knows no signed tokens',
    ]);
    expect(linesAfter(withPatroni(`{ url: 'http://{host}:8008', user: patroni }`))).toEqual([
      'targets.orders-db.patroni: needs a `user` and a `password`, or neither where Patroni asks for none',
    ]);
  });

  it('is told for every member or for none, and for servers of one’s own alone', () => {
    const own = `port: 5433, patroni: { url: 'http://{host}:8008' } }`;
    expect(linesAfter(['port: 5433 }', own])).toEqual([
      'targets.orders-db.members.orders-db-1.patroni: is missing: other members have one, and Patroni manages all of them or none',
    ]);
    expect(
      linesAfter(['provider: self-managed', 'provider: rds'], withPatroni(`{ url: 'http://{host}:8008' }`)),
    ).toEqual(['targets.orders-db.patroni: is for PostgreSQL servers of your own; rds decides by itself']);
  });
});
