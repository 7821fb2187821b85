import { describe, expect, it } from 'vitest';
import type { AnswerContext, OperationSummary } from '../../src/core/operation.ts';
import { help } from '../../src/operations/help.ts';
import { expectPublished } from '../published-json.ts';

const end: OperationSummary = {
  id: 'end',
  title: 'End one session',
  why: 'Ends a session that blocks others.',
  risk: 'interrupts',
  scope: 'target',
  engines: ['postgres'],
  fields: [{ name: 'pid', label: 'Process id', hint: '2211', required: true }],
  examples: ['end shop-db 2211'],
};

const context: AnswerContext = {
  now: '2026-11-24T12:00:00.000Z',
  targets: [],
  environments: ['production', 'staging'],
  operations: [end],
  latest: async () => [],
  mutes: async () => [],
  runs: async () => [],
  run: async () => undefined,
  incident: async () => undefined,
  breakGlass: async () => ({ refused: 'nothing runs' }),
  abort: async () => ({ refused: 'nothing runs' }),
  whyNot: async (_operation, environment) =>
    environment === 'production' ? 'this needs the role operator' : undefined,
};

const answer: typeof help.answer = async (...asked) => {
  const done = await help.answer(...asked);
  expectPublished({ done });
  return done;
};

describe('help', () => {
  it('lists every verb with its usage and its risk', async () => {
    const report = await answer(context, {});
    expect(report.tables[0]?.rows).toEqual([
      { command: '/db end <target> <pid>', what: 'End one session', risk: 'interrupts' },
    ]);
  });

  it('says for one verb how to use it and whether this person may, per environment', async () => {
    const report = await answer(context, { verb: 'END' });
    expect(report.facts).toEqual([
      { label: 'Usage', value: '/db end <target> <pid>' },
      { label: 'Risk', value: 'interrupts' },
      { label: 'In production', value: 'no: this needs the role operator' },
      { label: 'In staging', value: 'you may run this' },
    ]);
    expect(report.text).toContain('For example: `/db end shop-db 2211`');
  });

  it('names the known verbs when it does not know one', async () => {
    expect((await answer(context, { verb: 'ende' })).headline).toBe('There is no verb "ende". Known: end.');
  });
});
