import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 600_000 });

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

function nightshift(words: string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    // No instance metadata: a machine in AWS must not lend its rights to a test.
    const alone = { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent', ...env };
    execFile(process.execPath, [main, ...words], { env: alone }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test('doctor says as a process what it says inside: exit code 1, JSON alone on stdout', async () => {
  const { code, out } = await nightshift(['doctor', '--stage', 'nowhere', '--json']);
  const said = JSON.parse(out) as { stage: string; answers: { id: string; status: string; fix?: string }[] };
  expect({ code, stage: said.stage }).toEqual({ code: 1, stage: 'nowhere' });
  expect(said.answers.find(({ id }) => id === 'config.file')).toMatchObject({ status: 'ok' });
  expect(said.answers.find(({ id }) => id === 'config.generated')).toMatchObject({ status: 'ok' });
  expect(said.answers.find(({ id }) => id === 'config.deploy')).toMatchObject({
    status: 'problem',
    fix: 'npx nightshift init --stage nowhere',
  });
  expect(said.answers.find(({ id }) => id === 'aws.identity')).toMatchObject({ status: 'skipped' });
});

test('an environment that is wrong is 64, without its values', async () => {
  const { code, err } = await nightshift(['doctor'], { SLACK_BOT_TOKEN: 'canary' });
  expect({ code, err }).toEqual({
    code: 64,
    err: expect.stringMatching(/^Environment variables: SLACK_BOT_TOKEN/) as string,
  });
  expect(err).not.toContain('canary');
});

test('manifest prints the app with its address, or writes it', async () => {
  const url = 'https://abc.lambda-url.eu-central-1.on.aws/';
  const { code, out } = await nightshift(['manifest', '--url', url]);
  expect({ code, manifest: JSON.parse(out) as object }).toMatchObject({
    code: 0,
    manifest: {
      features: { slash_commands: [{ url }] },
      settings: { event_subscriptions: { request_url: url }, interactivity: { request_url: url } },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-manifest-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'manifest.json');
  expect(await nightshift(['manifest', '--url', url, '--write', file])).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).toBe(out);
});

test('init without a terminal and without answers says what to give', async () => {
  expect(await nightshift(['init'])).toMatchObject({
    code: 64,
    err: expect.stringMatching(/--answers file\.yml/) as string,
  });
});
