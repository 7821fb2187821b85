import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionUrlEvent } from '../../../src/local/slack/door/function-url.ts';
import type { LambdaContext } from '../../../src/runtime/functions.ts';
import { signingSecret } from '../../house.ts';
import { startSandbox, type Sandbox } from '../lambda/sandbox.ts';
import { sharedBundles } from '../lambda/shared-bundles.ts';

const nobody = 'http://127.0.0.1:1';
const environment = {
  SLACK_BOT_TOKEN: 'xoxb-canary',
  SLACK_SIGNING_SECRET: signingSecret,
  SLACK_API_URL: `${nobody}/api/`,
  AWS_ENDPOINT_URL: nobody,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
};

describe('the bundle of slack, with no nightshift.yaml beside it and AWS out of reach', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-alone-'));
  const context = { functionName: 'slack', getRemainingTimeInMillis: () => 10_000 } as LambdaContext;
  let sandbox: Sandbox;
  let trigger = 0;

  beforeAll(async () => {
    const taskRoot = join(folder, 'task');
    mkdirSync(join(taskRoot, 'dist'), { recursive: true });
    cpSync(join(await sharedBundles(), 'slack'), join(taskRoot, 'dist/slack'), { recursive: true });
    sandbox = await startSandbox({ name: 'slack', taskRoot, scratch: join(folder, 'tmp'), environment });
  });
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function type(text: string, secret = signingSecret): Promise<{ statusCode: number; body: string }> {
    trigger += 1;
    const body = new URLSearchParams({
      command: '/db',
      text,
      user_id: 'U0ADA',
      channel_id: 'C0DBALERTS',
      trigger_id: `1.${trigger}`,
      response_url: `${nobody}/respond`,
    });
    const request = { contentType: 'application/x-www-form-urlencoded', body: body.toString() } as const;
    return (await sandbox.invoke(functionUrlEvent(request, secret, Date.now()), context)) as never;
  }

  it('answers from the config that was packaged with it', async () => {
    const { statusCode, body } = await type('help health');
    expect(statusCode).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('Health report'),
    });
  });

  it('says what was mistyped', async () => {
    expect((await type('helth shop-db')).body).toContain('/db health shop-db');
  });

  it('takes nothing that Slack did not sign', async () => {
    expect(await type('help', 'another-secret')).toMatchObject({ statusCode: 401 });
  });

  it('says that it cannot start a run, with an error id, and does not keep Slack waiting', async () => {
    const { statusCode, body } = await type('health shop-db');
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).text).toMatch(/Still working on it|Error id: [0-9a-f]{8}/);
  });
});
