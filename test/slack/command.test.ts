import { describe, expect, test } from 'vitest';
import { commandText, parseCommand, type Catalogue } from '../../src/slack/command.ts';
import { catalogue } from './catalogue.ts';

function suggestions(text: string): readonly string[] {
  const parsed = parseCommand(text, catalogue);
  return 'problem' in parsed ? parsed.suggestions : [];
}

describe('understands', () => {
  const end = { operation: 'end', subject: 'shop-db' };
  test.each<[string, string, object]>([
    ['nothing as the fleet', '', { operation: 'fleet', subject: '', args: {} }],
    ['blanks as the fleet', ' \u00a0 ', { operation: 'fleet', subject: '', args: {} }],
    ['help', 'help', { operation: 'help', subject: '', args: {} }],
    ['help about a verb', 'help Slow', { operation: 'help', args: { verb: 'slow' } }],
    ['a verb with --help', 'slow --help', { operation: 'help', args: { verb: 'slow' } }],
    ['a verb with the dash of a phone before help', 'slow —help', { operation: 'help', args: { verb: 'slow' } }],
    ['a verb and a target in any case', 'HEALTH Shop-DB', { operation: 'health', subject: 'shop-db' }],
    ['an environment where one is allowed', 'health laptop', { operation: 'health', subject: 'laptop' }],
    ['arguments by position', 'end shop-db 2211 stuck', { ...end, args: { pid: '2211', reason: 'stuck' } }],
    ['arguments by name', 'end shop-db reason=stuck pid=2211', { ...end, args: { pid: '2211', reason: 'stuck' } }],
    ['a name before its value', 'slow shop-db since 24h', { operation: 'slow', args: { since: '24h' } }],
    ['options', 'slow shop-db --since=24h --top 5', { operation: 'slow', args: { since: '24h', top: '5' } }],
    ['options as a phone writes them', 'slow shop-db —since 24h', { operation: 'slow', args: { since: '24h' } }],
    ['a colon', 'end shop-db pid:7', { ...end, args: { pid: '7' } }],
    ['quotes', 'end shop-db 7 "a stuck job"', { ...end, args: { pid: '7', reason: 'a stuck job' } }],
    ['quotes of a phone', 'end shop-db 7 “a stuck job”', { ...end, args: { reason: 'a stuck job', pid: '7' } }],
    [
      'quotes after a name',
      'end shop-db 7 reason="a stuck job"',
      { ...end, args: { reason: 'a stuck job', pid: '7' } },
    ],
    [
      'all the words that are left as one sentence',
      'mute shop-db postgres.locks 4h for the "big" deploy of reason=x',
      { args: { what: 'postgres.locks', for: '4h', reason: 'for the big deploy of reason=x' } },
    ],
    [
      'a sentence with its name',
      'mute shop-db postgres.locks --for=4h reason=known batch',
      { args: { what: 'postgres.locks', for: '4h', reason: 'known batch' } },
    ],
    [
      'a form for the sentence that is missing',
      commandText(['mute', 'shop-db', 'postgres.slots:my "odd" slot', '4h']),
      { missing: { subject: 'shop-db', values: { what: 'postgres.slots:my "odd" slot', for: '4h' } } },
    ],
    ['an apostrophe inside a word', "end shop-db 7 it's", { ...end, args: { pid: '7', reason: "it's" } }],
    ['a quoted word that is also a name', 'end shop-db 7 "reason"', { ...end, args: { pid: '7', reason: 'reason' } }],
    ['a name in code marks', 'health `shop-db`', { operation: 'health', subject: 'shop-db' }],
    ['a name with a long dash', 'health shop–db', { operation: 'health', subject: 'shop-db' }],
    ['invisible characters', 'health\u200b shop\u2060-db', { operation: 'health', subject: 'shop-db' }],
    ['escaped text', 'end shop-db 7 a&amp;b', { ...end, args: { pid: '7', reason: 'a&b' } }],
  ])('%s', (_, text, wanted) => {
    expect(parseCommand(text, catalogue)).toMatchObject(wanted);
  });
});

describe('says what is wrong', () => {
  test.each<[string, string, RegExp]>([
    ['an unknown verb', 'explode shop-db', /do not know the verb "explode"/],
    ['an unknown target', 'health nope', /do not know a target "nope"/],
    ['a word too many', 'health shop-db now', /"now" is one word too many/],
    ['an argument given twice', 'end shop-db pid=1 pid=2', /`pid` is given twice/],
    ['an unknown argument', 'end shop-db pdi=1', /no argument "pdi"; I know `pid`, `reason`/],
    ['a name without its value', 'slow shop-db since', /`since` needs a value/],
    ['an open quote', 'end shop-db 7 "stuck', /never closed/],
    ['another engine', 'slow shop-cache', /slow is for postgres; shop-cache is redis/],
    ['an environment where a target is wanted', 'slow laptop', /laptop is an environment/],
    ['text beyond all measure', `health ${'x'.repeat(2_000)}`, /longer than 1000/],
    ['the verb in second place', 'shop-db health', /verb comes first/],
  ])('%s', (_, text, sentence) => {
    expect(parseCommand(text, catalogue)).toMatchObject({ problem: expect.stringMatching(sentence) as string });
  });

  test('without repeating an address, which may hold a password', () => {
    const parsed = parseCommand('health postgres://admin:canary-4711@db.internal/shop', catalogue);
    expect(parsed).toHaveProperty('problem');
    expect(JSON.stringify(parsed)).not.toContain('canary');
  });

  test('and never throws, whatever is typed', () => {
    const odd = [
      '"',
      "'",
      '=',
      '--',
      '—',
      '`',
      'health "',
      'end = = =',
      'end shop-db --',
      '\u0000',
      '😀',
      'help help help',
    ];
    for (const text of odd) expect(parseCommand(text, catalogue)).toBeTypeOf('object');
  });
});

describe('suggests what was probably meant', () => {
  test.each([
    ['helth shop-db', 'health shop-db'],
    ['health shpo-db', 'health shop-db'],
    ['health orders', 'health orders-db'],
    ['health producton', 'health production'],
    ['slow laptop', 'slow shop-db'],
    ['slow shop-cache', 'slow orders-db'],
    ['shop-db end', 'end shop-db'],
    ['hlep', 'help'],
  ])('%s → %s', (typed, meant) => {
    expect(suggestions(typed)).toContain(meant);
  });

  test('every suggestion can be typed', () => {
    for (const typed of ['helth shop-db', 'health orders', 'shop-db']) {
      for (const meant of suggestions(typed)) expect(parseCommand(meant, catalogue)).not.toHaveProperty('problem');
    }
  });
});

describe('asks for what is missing', () => {
  test('with a form that knows what was given', () => {
    expect(parseCommand('end shop-db reason=stuck', catalogue)).toMatchObject({
      missing: { operation: { id: 'end' }, subject: 'shop-db', values: { reason: 'stuck' } },
    });
  });

  test('offering only targets of the right engine', () => {
    expect(parseCommand('end', catalogue)).toMatchObject({ missing: { subjects: ['orders-db', 'shop-db'] } });
    expect(parseCommand('end', catalogue)).not.toHaveProperty('missing.subject');
  });
});

describe('where there is only one target', () => {
  const alone: Catalogue = {
    ...catalogue,
    targets: catalogue.targets.filter(({ name }) => name === 'shop-db'),
    environments: ['laptop'],
  };

  test('takes it for what only reads', () => {
    expect(parseCommand('slow', alone)).toMatchObject({ operation: 'slow', subject: 'shop-db' });
    expect(parseCommand('health', alone)).toMatchObject({ operation: 'health', subject: 'shop-db' });
  });

  test('asks for it where clients will notice', () => {
    expect(parseCommand('end', alone)).toHaveProperty('missing');
  });

  test('takes the only environment for a read of an environment', () => {
    const two = { ...catalogue, environments: ['laptop'] };
    expect(parseCommand('health', two)).toMatchObject({ operation: 'health', subject: 'laptop' });
    expect(parseCommand('health', catalogue)).toHaveProperty('missing');
  });
});

test.each([['a stuck job'], ['reason=a stuck job'], ['a "stuck" job'], ['stuck']])(
  'a word of a button is typed back as it was: %s',
  (word) => {
    const parsed = parseCommand(commandText(['end', 'shop-db', '7', word]), catalogue);
    expect(parsed).toMatchObject({ args: { pid: '7', reason: word.replace('reason=', '') } });
  },
);
