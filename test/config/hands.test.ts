import { describe, expect, it } from 'vitest';
import { problemText } from '../../src/config/problems.ts';
import { configOf, problemsOf, text } from './fixture.ts';

const withHands = (hands: string): string =>
  text.replace('        host: db1.example.internal\n', `        host: db1.example.internal\n        hands: ${hands}\n`);
const lines = (hands: string): string[] =>
  problemsOf(withHands(hands)).map((problem) => problemText(problem).replace(/^line \d+ · /, ''));

const at = 'targets.orders-db.members.orders-db-1.hands';
const node = 'mi-0123456789abcdef0';

describe('who has a hand on a host', () => {
  it('is a program, or the agent of Systems Manager with a document of its own', () => {
    const handsOf = (hands: string) => configOf(withHands(hands)).targets[0]?.members[0]?.hands;
    expect(handsOf('{ rejoin: [/usr/local/bin/rejoin] }')).toEqual({ rejoin: ['/usr/local/bin/rejoin'] });
    expect(handsOf(`{ ssm: { node: ${node} } }`)).toEqual({
      agent: { by: 'run-command', node, document: 'nightshift-rejoin' },
    });
  });

  it.each([
    ['both', `{ rejoin: [/bin/x], ssm: { node: ${node} } }`, `${at}: names either a \`rejoin\` program or \`ssm\``],
    [
      'the name of a host',
      '{ ssm: { node: db1 } }',
      `${at}.ssm.node: a managed node is an id like i-0123456789abcdef0 or mi-0123456789abcdef0`,
    ],
    [
      'a document of AWS, which runs anything',
      `{ ssm: { node: ${node}, document: AWS-RunShellScript } }`,
      `${at}.ssm.document: a document of AWS is none of yours: it could run anything`,
    ],
    [
      'an ARN of a document',
      `{ ssm: { node: ${node}, document: 'arn:aws:ssm:x:1:document/y' } }`,
      `${at}.ssm.document: a document is its name: 3 to 128 letters, digits, dots, hyphens and underscores`,
    ],
    [
      'a program without its path',
      '{ rejoin: [rejoin] }',
      `${at}.rejoin: a program is named by its whole path: /usr/local/bin/…`,
    ],
  ])('is not %s', (_, hands, line) => {
    expect(lines(hands)).toEqual([line]);
  });
});
