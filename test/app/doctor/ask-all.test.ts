import { expect, test } from 'vitest';
import { askAll } from '../../../src/app/doctor/ask-all.ts';
import { Fault } from '../../../src/core/errors.ts';
import type { Answer } from '../../../src/core/question.ts';

const never = new Promise<Answer>(() => undefined);
const question = (id: string, ask: () => Promise<Answer>) => ({ id, title: id, ask });

test('a question that throws or never ends holds up no other, and all keep their order', async () => {
  const questions = [
    question('silent', () => never),
    question('broken', () => Promise.reject(new Fault('timed_out', 'the peer hung up'))),
    question('odd', () => Promise.reject(new Error('nobody foresaw this'))),
    question('fine', async () => ({ ok: 'it is' })),
  ];
  expect(await askAll(questions, { secrets: () => [], timeoutMs: 50 })).toEqual([
    { id: 'silent', title: 'silent', answer: { skipped: 'no answer within 0.05 s' } },
    { id: 'broken', title: 'broken', answer: { skipped: 'could not be asked: the peer hung up' } },
    { id: 'odd', title: 'odd', answer: { skipped: 'could not be asked: nobody foresaw this' } },
    { id: 'fine', title: 'fine', answer: { ok: 'it is' } },
  ]);
});

test('an answer that takes long by itself is waited for longer', async () => {
  const slow = {
    ...question('slow', () => new Promise((resolve) => setTimeout(resolve, 60, { ok: 'at last' }))),
    patienceMs: 60_000,
  };
  expect(await askAll([slow], { secrets: () => [], timeoutMs: 5 })).toMatchObject([{ answer: { ok: 'at last' } }]);
});

test('no secret that was resolved meanwhile is in an answer, and the SQL of a fix stays as it is', async () => {
  const held: string[] = [];
  const leaks = question('leaks', async () => {
    held.push('canary-secret');
    return { problem: 'the server said canary-secret and xoxb-1-canary', fix: "SET x = '1s'; -- canary-secret" };
  });
  expect(await askAll([leaks], { secrets: () => held, timeoutMs: 5000 })).toEqual([
    {
      id: 'leaks',
      title: 'leaks',
      answer: { problem: 'the server said *** and ***', fix: "SET x = '1s'; -- ***" },
    },
  ]);
});

test('hundreds are answered in their order, a few dozen at once', async () => {
  let open = 0;
  let most = 0;
  const ask = (n: number) => async (): Promise<Answer> => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return { ok: `${n}` };
  };
  const questions = Array.from({ length: 300 }, (_, n) => question(`q${n}`, ask(n)));
  const answers = await askAll(questions, { secrets: () => [], timeoutMs: 60_000 });
  expect(answers.map(({ id }) => id)).toEqual(questions.map(({ id }) => id));
  expect(most).toBe(32);
});
