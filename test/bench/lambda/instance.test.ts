import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { timeOf } from '../../../scripts/bench/lambda/open-lambda.ts';
import { startInstance, type Instance } from '../../../scripts/bench/lambda/start-instance.ts';

/** Answers with what it can see: how many requests wait at this moment, and its environment. */
const PROBE = `
let waiting = 0;
export const handler = async (event) => {
  waiting += 1;
  const seen = waiting;
  await new Promise((resolve) => setImmediate(resolve));
  waiting -= 1;
  if (event.fail) throw new Error('broken');
  if (event.exit) process.exit(7);
  return event.environment ? process.env : { seen };
};
`;

describe('an instance of a bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-bench-test-'));
  const file = join(folder, 'index.mjs');
  writeFileSync(file, PROBE);
  let instance: Instance;
  afterEach(() => instance.stop());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loads the bundle and answers the first event', async () => {
    instance = await startInstance(file, {}, {});
    expect(instance.loadMs).toBeGreaterThan(0);
    expect(instance.first).toMatchObject({ answer: '{"seen":1}' });
  });

  it('answers many in turn: never two at once', async () => {
    instance = await startInstance(file, {});
    expect(instance.first).toBeUndefined();
    const answers = await instance.answers('inTurn', [{}, {}, {}]);
    expect(answers.map(({ answer }) => answer)).toEqual(['{"seen":1}', '{"seen":1}', '{"seen":1}']);
  });

  it('answers many together: all have arrived before the first is answered', async () => {
    instance = await startInstance(file, {});
    const answers = await instance.answers('together', [{}, {}, {}]);
    expect(answers.map(({ answer }) => answer)).toEqual(['{"seen":1}', '{"seen":2}', '{"seen":3}']);
  });

  it('sees the variables that it was given and none of ours', async () => {
    instance = await startInstance(file, { NIGHTSHIFT_TABLE: 'bench' }, { environment: true });
    const {
      NODE_CHANNEL_FD: _fd,
      NODE_CHANNEL_SERIALIZATION_MODE: _mode,
      ...seen
    } = JSON.parse(instance.first?.answer ?? '{}') as Record<string, string>;
    expect(seen).toEqual({ NIGHTSHIFT_TABLE: 'bench' });
  });

  it('a handler that throws is an answer, and not the one that was to be measured', async () => {
    instance = await startInstance(file, {}, { fail: true });
    const answer = instance.first ?? { ms: 0, answer: '' };
    expect(answer.answer).toBe('threw broken');
    expect(() => timeOf(answer, /^\{/)).toThrow('unexpected answer of a bundle: threw broken');
    expect(timeOf({ ms: 4, answer: '{}' }, /^\{/)).toBe(4);
  });

  it('a process that ends is an error and not a wait', async () => {
    instance = await startInstance(file, {});
    await expect(instance.answers('inTurn', [{ exit: true }])).rejects.toThrow('ended with 7');
  });
});
