import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { configKnowledge } from '../../src/app/read-config.ts';
import { askAnswers, openPrompts, type Prompts } from '../../src/cli/init/ask.ts';
import { Answers } from '../../src/cli/init/answers.ts';
import { filesOf, writeTogether } from '../../src/cli/init/files.ts';
import { setUp } from '../../src/cli/set-up.ts';
import { readDeployFile } from '../../src/config/deploy-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import { keptStreams } from './fixture.ts';

const example = join(import.meta.dirname, '../../infra/environment/answers.example.yml');
const given = (): Record<string, unknown> => parse(readFileSync(example, 'utf8')) as Record<string, unknown>;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nightshift-init-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

async function init(answers: string, overwrite = false) {
  const { streams, said } = keptStreams();
  const code = await setUp({ kind: 'init', answers, overwrite }, streams, root);
  return { code, ...said };
}

function answersFile(change: object): string {
  const path = join(root, 'answers.yml');
  writeFileSync(path, stringify({ ...given(), ...change }));
  return path;
}

test('writes a config that the loader takes, a deploy file and the app of Slack', async () => {
  expect(await init(example)).toMatchObject({ code: 0, err: '' });
  const loaded = loadConfig(join(root, 'nightshift.yaml'), configKnowledge);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  const { targets, people, schedules } = loaded.config;
  expect(targets.map(({ name, members }) => [name, members.map(({ name: member }) => member)])).toEqual([
    ['orders-db', ['orders-db-1']],
    ['stock-db', ['stock-db-1', 'stock-db-2']],
    ['orders-cache', ['orders-cache-1', 'orders-cache-2', 'orders-cache-s1', 'orders-cache-s2', 'orders-cache-s3']],
  ]);
  expect(targets[0]?.members[0]?.credentials).toEqual({
    read: { user: 'nightshift_read', password: { from: 'iam' } },
    act: { user: 'nightshift_act', password: { from: 'iam' } },
  });
  expect(targets[1]?.members[1]?.credentials.copy?.password).toEqual({
    from: 'ssm',
    name: '/nightshift/prod/copy/stock-db',
  });
  expect(people).toHaveLength(2);
  expect(schedules).toMatchObject([
    { subject: 'production', expression: 'cron(0 2 * * ? *)', timezone: 'Europe/Berlin' },
    { subject: 'production', operation: 'watch', expression: 'rate(5 minutes)' },
  ]);
  expect(readDeployFile(root, 'prod')).toEqual({
    file: expect.objectContaining({ region: 'eu-central-1', auditRetentionDays: 400 }) as object,
  });
  const manifest = JSON.parse(readFileSync(join(root, 'infra/environment/slack-manifest.prod.json'), 'utf8')) as object;
  expect(manifest).toMatchObject({
    settings: { interactivity: { request_url: expect.stringContaining('FUNCTION-URL') as string } },
  });
});

test('leaves the canary off, as a line to be taken in where servers are of their own', async () => {
  await init(example);
  const text = readFileSync(join(root, 'nightshift.yaml'), 'utf8');
  const own = text.split(/^ {2}(?=[a-z-]+:$)/m).filter((part) => part.includes('    # canary: true'));
  expect(own.map((part) => part.split(':', 1)[0])).toEqual(['stock-db', 'orders-cache']);
  writeFileSync(join(root, 'nightshift.yaml'), text.replaceAll('# canary: ', 'canary: '));
  const loaded = loadConfig(join(root, 'nightshift.yaml'), configKnowledge);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.config.targets.map(({ canary }) => canary?.by)).toEqual([undefined, 'members', 'members']);
});

test('says what is to be typed next, and makes no secret', async () => {
  const { out } = await init(example);
  for (const line of [
    'GRANT rds_iam TO nightshift_read;',
    '\\password nightshift_copy\nALTER ROLE nightshift_copy REPLICATION;',
    '\\i infra/migrations/init-database.sql',
    '\\password nightshift_act',
    'ACL SETUSER nightshift_read reset on >PASSWORD-OF-READ resetkeys resetchannels -@all +info',
    'read -rs VALUE && aws ssm put-parameter --region eu-central-1 --type SecureString --overwrite --name /nightshift/prod/slack/bot-token --value "$VALUE"; unset VALUE',
    '--name /nightshift/prod/copy/stock-db --value',
    'npm run deploy -- --stage prod',
    'npx nightshift doctor --stage prod',
  ]) {
    expect(out).toContain(line);
  }
  expect(out).not.toContain('/read/orders-db');
});

test('names every wrong answer at once and writes nothing', async () => {
  const wrong = answersFile({ region: 'Frankfurt', people: [], targets: [] });
  await expect(init(wrong)).rejects.toMatchObject({
    code: 'invalid_request',
    message: expect.stringMatching(/AWS region[^]*at least one approver[^]*at least one target/) as string,
  });
  const clash = answersFile({
    people: [{ name: 'ada', slack: 'U0ADA', role: 'approver' }],
    schedule: { expression: 'cron(0 2)' },
  });
  await expect(init(clash)).rejects.toMatchObject({
    message: expect.stringMatching(/no right nightshift\.yaml[^]*schedules/) as string,
  });
  expect(readdirSync(root)).toEqual(['answers.yml']);
});

test('replaces nothing that nobody agreed to', async () => {
  writeFileSync(join(root, 'nightshift.yaml'), 'mine');
  await expect(init(example)).rejects.toMatchObject({
    message: expect.stringMatching(/^nightshift\.yaml would be replaced/) as string,
  });
  expect(readFileSync(join(root, 'nightshift.yaml'), 'utf8')).toBe('mine');
  expect(existsSync(join(root, 'infra'))).toBe(false);
  expect(await init(example, true)).toMatchObject({ code: 0 });
  expect(await init(example)).toMatchObject({ code: 0 });
});

test('leaves no half of its files when one cannot be written', () => {
  const files = filesOf(Answers.parse(given()));
  mkdirSync(join(root, 'infra'));
  writeFileSync(join(root, 'infra', 'environment'), 'a file where a folder has to be');
  expect(() => writeTogether(root, files)).toThrow(/EEXIST|ENOTDIR/);
  expect(readdirSync(root)).toEqual(['infra']);
});

/** Prompts that are answered from a list, in the order of the questions. */
function answering(list: (string | boolean | undefined)[]): Prompts {
  const next = async (): Promise<never> => list.shift() as never;
  return { line: next, choice: next, yes: next };
}

const typed = [
  ['eu-central-1', 'vpc-0123456789abcdef0', '10.0.250.0/27', '10.0.250.32/27', '10.0.0.0/16', 'ops@example.com'],
  ['production', 'C0123ABCD', false],
  ['ada', 'U0123ADA', 'approver', false],
  ['postgres', 'rds', 'orders-db', 'orders', 'primary', 'orders-db.example.com', '', false, false, 'iam', false],
  [true, 'Europe/Berlin'],
].flat();

test('asks for everything that the files need', async () => {
  const answers = await askAnswers(answering([...typed]), 'prod');
  expect(Answers.parse(answers)).toMatchObject({ stage: 'prod', targets: [{ name: 'orders-db', provider: 'rds' }] });
});

test('left at any question, there are no answers', async () => {
  for (let count = 0; count < typed.length; count += 1) {
    const list = typed.slice(0, count);
    expect({ count, answers: await askAnswers(answering(list), 'prod') }).toEqual({ count, answers: undefined });
  }
});

/** A terminal of which the test is the person: `seen` waits until words are shown that were not shown before. */
function terminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  const seen = (words: string) =>
    new Promise<void>((resolve) => {
      const look = (): void => {
        const at = shown.indexOf(words);
        if (at === -1) return;
        shown = shown.slice(at + words.length);
        output.off('data', look);
        resolve();
      };
      output.on('data', look);
      look();
    });
  const prompts = openPrompts({ input, output });
  if (!prompts) throw new Error('this is a terminal');
  return { prompts, seen, type: (keys: string) => input.write(keys) };
}

test('Ctrl-C in a terminal leaves the question, and a wrong answer is told', async () => {
  const { prompts, seen, type } = terminal();
  const answer = prompts.line('Region?', Answers.shape.region);
  await seen('Region?');
  type('\r');
  await seen('This one is needed');
  type('mars\r');
  await seen('is an AWS region');
  type('\x03');
  expect(await answer).toBeUndefined();
});

test('in a terminal the usual answer, a choice and a yes are keys', async () => {
  const { prompts, seen, type } = terminal();
  const usual = prompts.line('Region?', Answers.shape.region, 'eu-central-1');
  await seen('Region?');
  type('\r');
  expect(await usual).toBe('eu-central-1');
  const role = prompts.choice('Role?', ['viewer', 'operator']);
  await seen('Role?');
  type('\x1b[B\r');
  expect(await role).toBe('operator');
  const more = prompts.yes('More?');
  await seen('More?');
  type('y');
  expect(await more).toBe(true);
  const no = prompts.yes('Still more?');
  await seen('Still more?');
  type('\r');
  expect(await no).toBe(false);
});

test('without a terminal and without answers it says what to give', async () => {
  expect(openPrompts({ input: new PassThrough() })).toBeUndefined();
});
