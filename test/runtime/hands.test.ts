import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createHands } from '../../src/runtime/hands.ts';
import type { HandState } from '../../src/targets/rejoin.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightshift-hands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** What a program ends with that has these words in it, and what it has written down. */
async function done(script: string, phaseSeconds = 60): Promise<{ state: HandState; wrote: string }> {
  const program = join(folder, `program-${(count += 1)}`);
  const log = `${program}.log`;
  writeFileSync(log, '');
  writeFileSync(program, `#!/bin/sh\nlog=${log}\n${script}\n`);
  chmodSync(program, 0o700);
  const hands = createHands({ environment: { PATH: process.env['PATH'] ?? '' }, phaseSeconds });
  hands.begin({ name: 'shop-db-1', command: [program, 'a word;', '$HOME'], tells: { NIGHTSHIFT_MEMBER: 'shop-db-1' } });
  expect(() => hands.begin({ name: 'shop-db-1', command: [program], tells: {} })).toThrow(/at work/);
  const isOver = () => hands.state('shop-db-1')?.ended ?? null;
  await expect.poll(isOver, { timeout: 60_000 }).not.toBeNull();
  return { state: hands.state('shop-db-1')!, wrote: readFileSync(log, 'utf8') };
}

describe('a hand on a host', () => {
  it('is asked for one phase after the other, with its words as they are and no shell', async () => {
    const { state, wrote } = await done('echo "$1|$2|$3|$NIGHTSHIFT_MEMBER" >>$log');
    expect(wrote).toBe(['stop', 'keep', 'follow'].map((phase) => `a word;|$HOME|${phase}|shop-db-1\n`).join(''));
    expect(state).toMatchObject({ phase: 'follow', ended: { ok: true } });
  });

  it('knows nothing of the environment of the bot but what is named', async () => {
    process.env['NIGHTSHIFT_TEST_SECRET'] = 'hunter2';
    const { wrote } = await done('env >>$log').finally(() => delete process.env['NIGHTSHIFT_TEST_SECRET']);
    expect(wrote).toContain('NIGHTSHIFT_MEMBER=shop-db-1');
    expect(wrote).not.toContain('hunter2');
  });

  it('never goes on to the next phase where one has failed, and says its last words', async () => {
    const { state, wrote } = await done(
      'echo "$3" >>$log; [ "$3" != keep ] || { echo begun; echo "no space left" >&2; exit 3; }',
    );
    expect(wrote).toBe('stop\nkeep\n');
    expect(state).toMatchObject({ phase: 'keep', ended: { ok: false, said: 'it ended with 3. no space left' } });
  });

  it('is ended when a phase takes too long', async () => {
    const { state } = await done('exec sleep 600', 1);
    expect(state.ended?.said).toMatch(/^it was ended by SIGTERM, after 1 s at most/);
  });

  it('that cannot be started says so', async () => {
    const hands = createHands({ environment: {} });
    hands.begin({ name: 'x', command: [join(folder, 'nothing-there')], tells: {} });
    await expect.poll(() => hands.state('x')?.ended?.said, { timeout: 60_000 }).toMatch(/cannot be started \(ENOENT\)/);
    expect(hands.state('y')).toBeUndefined();
  });
});
