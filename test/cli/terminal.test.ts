import { expect, test } from 'vitest';
import { terminal } from '../../src/cli/terminal.ts';
import type { TerminalPorts } from '../../src/cli/ports.ts';
import { Fault } from '../../src/core/errors.ts';
import { expectPublishedText } from '../published-json.ts';
import { copy } from '../../src/core/operation.ts';
import { end, fakePorts, keptStreams, report } from './fixture.ts';

async function run(line: string, changes: Partial<TerminalPorts> = {}) {
  const { ports, asked } = fakePorts(changes);
  const { streams, said } = keptStreams();
  const code = await terminal(line.split(' '), ports, streams);
  return { code, asked, ...said };
}

test('a verb on a target goes through the door', async () => {
  expect(await run('end shop-db 2211')).toMatchObject({
    code: 0,
    asked: [{ operation: 'end', subject: 'shop-db', args: { pid: '2211' } }],
    out: '● shop-db healthy\n',
    err: '',
  });
});

test('what copies is done by this process where that is asked for, and nothing else is', async () => {
  const copies = { ...end, id: 'end', steps: { copyIt: copy(async () => null) } } as const;
  expect((await run('end shop-db 2211 --here', { operations: [copies] })).asked).toEqual([
    { here: 'end', target: 'shop-db', args: { pid: '2211' } },
  ]);
  const refused = await run('end shop-db 2211 --here');
  expect(refused).toMatchObject({ code: 64, asked: [] });
  expect(refused.err).toMatch(/--here is for what copies: end is done by the bot\./);
});

test('a verb that looks, on a URL, runs in this process', async () => {
  expect((await run('look postgres://ana:canary@db/shop')).asked).toEqual([
    { operation: 'look', url: 'postgres://ana:canary@db/shop', args: {} },
  ]);
});

test('a verb that is answered at once starts no run', async () => {
  expect(await run('fleet')).toMatchObject({ code: 0, asked: [], out: '● fleet healthy\n' });
});

test('an unknown target starts nothing and is recognised', async () => {
  expect(await run('look shop-bd')).toMatchObject({
    code: 64,
    asked: [],
    out: 'failed (invalid_request): There is no target or environment "shop-bd". Did you mean shop-db?\n',
  });
});

test('--json prints the report alone, as published', async () => {
  const { out } = await run('look shop-db --json');
  expect(JSON.parse(out)).toEqual({ schemaVersion: 2, ...report() });
  expectPublishedText(out);
  const refused = await run('look shop-db --json', {
    runThroughDoor: async () => ({ refused: 'no role', who: 'ada' }),
  });
  expect(refused).toMatchObject({ code: 3 });
  expect(JSON.parse(refused.out)).toEqual({ schemaVersion: 2, refused: 'no role', who: 'ada' });
  expectPublishedText(refused.out);
});

test('--json prints what failed, and an unknown target, as published', async () => {
  const failing = await run('look shop-db --json', {
    runThroughDoor: async () => {
      throw new Fault('target_unreachable', 'the endpoint does not answer');
    },
  });
  expect(JSON.parse(failing.out)).toMatchObject({ failed: 'the endpoint does not answer', code: 'target_unreachable' });
  const unknown = await run('look shop-bd --json');
  expect(JSON.parse(unknown.out)).toMatchObject({ code: 'invalid_request' });
  for (const { out } of [failing, unknown]) expectPublishedText(out);
  expectPublishedText((await run('fleet --json')).out);
});

test('findings are the exit code', async () => {
  const critical = report({ status: 'critical', headline: '1 critical' });
  expect((await run('look shop-db', { runThroughDoor: async () => ({ done: critical }) })).code).toBe(2);
});

test('a thrown fault is a sentence, never a stack', async () => {
  const refusing = await run('look shop-db', {
    runThroughDoor: async () => {
      throw new Fault('target_unreachable', 'the endpoint does not answer');
    },
  });
  expect(refusing).toMatchObject({ code: 3, out: 'failed (target_unreachable): the endpoint does not answer\n' });
});

test('a config with problems lists them all and exits 64', async () => {
  const configProblems = () => ({ file: 'other.yaml', problems: ['line 1 · a: is missing', 'line 2 · b: is missing'] });
  expect(await run('config check', { configProblems })).toMatchObject({
    code: 64,
    err: 'other.yaml has 2 problems:\nline 1 · a: is missing\nline 2 · b: is missing\n',
  });
  expect(await run('config check')).toMatchObject({ code: 0, out: 'nightshift.yaml is right.\n' });
});

test('what was not understood goes to stderr alone', async () => {
  const { code, out, err } = await run('lok shop-db');
  expect({ code, out }).toEqual({ code: 64, out: '' });
  expect(err).toContain('Did you mean: look?');
});

test('help names every verb and the exit codes', async () => {
  const { out } = await run('help');
  expect(out).toContain('nightshift look <target, environment or url>');
  expect(out).toContain('nightshift end <target> <pid> [reason]');
  expect(out).toContain('3 could not look');
  expect((await run('help end')).out).toContain('nightshift end shop-db 2211');
});
