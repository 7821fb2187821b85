import { expect, test } from 'vitest';
import { printDiagnosis } from '../../src/cli/doctor.ts';
import { readSetUp } from '../../src/cli/set-up-arguments.ts';
import { terminal } from '../../src/cli/terminal.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Answer } from '../../src/core/question.ts';
import { fakePorts, keptStreams } from './fixture.ts';

const read = (line: string) => readSetUp(line.split(' '));

test('the words of the set-up commands', () => {
  expect(read('doctor --stage prod --json')).toEqual({ kind: 'doctor', stage: 'prod', json: true });
  expect(read('--json doctor')).toEqual({ kind: 'doctor', json: true });
  expect(read('init --answers a.yml --overwrite')).toEqual({ kind: 'init', answers: 'a.yml', overwrite: true });
  expect(read('manifest --url https://a.example/')).toEqual({ kind: 'manifest', url: 'https://a.example/' });
  expect(read('health shop-db')).toBeUndefined();
  // Of one target it is an operation.
  expect(read('doctor shop-db')).toBeUndefined();
});

test.each([
  ['manifest', /address of the Slack function is missing[^]*Usage: nightshift manifest/],
  ['manifest --url http://a.example', /starts with https/],
  ['doctor --stage PROD', /A stage is/],
  ['doctor --colour', /Unknown option '--colour'[^]*Usage: nightshift doctor/],
  ['init now', /Unexpected argument[^]*Usage: nightshift init/],
])('%s is not understood', (line, words) => {
  expect(read(line)).toEqual({ problem: expect.stringMatching(words) as string });
});

test('the terminal hands them on; a fault is an exit code', async () => {
  const { ports, asked } = fakePorts();
  const { streams, said } = keptStreams();
  expect(await terminal(['doctor', '--stage', 'prod'], ports, streams)).toBe(0);
  expect(asked).toEqual([{ kind: 'doctor', stage: 'prod', json: false }]);
  const broken = { ...ports, setUp: async () => Promise.reject(new Fault('invalid_request', 'no terminal')) };
  expect(await terminal(['init'], broken, streams)).toBe(64);
  expect(said.err).toBe('no terminal\n');
});

const fine: Answer = { ok: 'it is' };
const wrong: Answer = { problem: 'the token lacks commands', fix: 'Add commands.' };
const unseen: Answer = { skipped: 'no credentials', fix: 'aws sso login' };

function printed(answers: { [id: string]: Answer }, json = false) {
  const { streams, said } = keptStreams();
  const answered = Object.entries(answers).map(([id, answer]) => ({ id, title: 'A question', answer }));
  return { code: printDiagnosis({ stage: 'prod', answered }, json, streams), ...said };
}

test('one line an answer, a problem with its fix, and a sum', () => {
  expect(printed({ 'config.file': fine, 'slack.scopes': wrong, 'aws.identity': unseen })).toEqual({
    code: 1,
    err: '',
    out: [
      'ok       config.file  A question: it is',
      'problem  slack.scopes  A question: the token lacks commands',
      '         fix: Add commands.',
      'skipped  aws.identity  A question: no credentials',
      '         fix: aws sso login',
      '',
      'stage prod: 1 ok, 1 problem, 1 skipped',
      'Of aws nothing could be seen.',
      '',
    ].join('\n'),
  });
});

test('the exit code: 0 without a problem, 1 with one, 3 where a whole part was not seen', () => {
  expect(printed({ 'config.file': fine, 'slack.token': fine, 'slack.manifest': unseen }).code).toBe(0);
  expect(printed({ 'config.file': fine, 'slack.token': wrong }).code).toBe(1);
  expect(printed({ 'config.file': fine, 'slack.token': unseen }).code).toBe(3);
});

test('--json prints every answer with its status', () => {
  expect(JSON.parse(printed({ 'slack.scopes': wrong, 'slack.token': fine }, true).out)).toEqual({
    schemaVersion: 1,
    stage: 'prod',
    problems: 1,
    answers: [
      {
        id: 'slack.scopes',
        title: 'A question',
        status: 'problem',
        sentence: 'the token lacks commands',
        fix: 'Add commands.',
      },
      { id: 'slack.token', title: 'A question', status: 'ok', sentence: 'it is' },
    ],
  });
});
