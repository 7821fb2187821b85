import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { diagnose } from '../../../src/app/doctor/doctor.ts';
import type { Answer } from '../../../src/core/question.ts';
import type { LocalSlackOptions } from '../../../src/local/slack/options.ts';
import { operations } from '../../../src/operations/index.ts';
import { slackManifest } from '../../../src/slack/manifest.ts';
import { TOKEN, startWorkspace } from '../../local/slack/workspace.ts';
import type { AwsStandIn } from './aws-stand-in.ts';
import { stage } from './deployed.ts';

export const signingSecret = '0123456789abcdef0123456789abcdef';

/** nightshift.yaml as data. */
export type File = {
  environments: Record<string, object>;
  people: Record<string, object>;
  groups: Record<string, object>;
  targets: Record<string, object>;
  schedules: Record<string, object>;
};

export function fileOf(targets: Record<string, object> = {}): File {
  return {
    environments: { production: { channel: 'C0DBALERTS', approvals: { destroys: { people: 1 } } } },
    people: { ada: { slack: 'U0ADA', roles: { '*': 'approver' } } },
    groups: { dbas: { slack: 'S0DBA', roles: { '*': 'viewer' } } },
    targets,
    schedules: {
      'nightly-health': {
        operation: 'health',
        environment: 'production',
        expression: 'cron(0 2 * * ? *)',
        timezone: 'Europe/Berlin',
      },
    },
  };
}

export type SetUp = {
  aws?: AwsStandIn;
  file?: File;
  /** Changes of the Slack workspace. */
  slack?: Partial<LocalSlackOptions>;
  /** Variables beside those of a healthy set-up; undefined takes one away. */
  variables?: Record<string, string | undefined>;
  /** False where the stage has no deploy file. */
  deployed?: boolean;
  /** More files of the project. */
  prepare?: (root: string) => void;
};

/** What doctor says of a set-up, by the id of the question. Peers and files end with the test. */
export async function diagnosed({
  aws,
  file = fileOf(),
  slack = {},
  variables = {},
  deployed = true,
  prepare,
}: SetUp): Promise<{
  [id: string]: Answer;
}> {
  const root = projectFolder(file);
  if (deployed)
    copyFileSync('infra/environment/deploy.example.yml', join(root, `infra/environment/deploy.${stage}.yml`));
  prepare?.(root);
  const url = aws?.deployed.url ?? '';
  const app = { configToken: 'xoxe-config', manifest: slackManifest({ url, operations }), ...slack.app };
  const workspace = await startWorkspace({ ...slack, app });
  inEnvironment({
    NIGHTSHIFT_CONFIG: join(root, 'nightshift.yaml'),
    SLACK_API_URL: workspace.slack.apiUrl,
    SLACK_BOT_TOKEN: TOKEN,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CONFIG_TOKEN: 'xoxe-config',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(aws ? { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } : {}),
    ...variables,
  });
  const { answered } = await diagnose({ root, stage });
  return Object.fromEntries(answered.map(({ id, answer }) => [id, answer]));
}

function projectFolder(file: File): string {
  const root = mkdtempSync(join(tmpdir(), 'nightshift-doctor-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'infra', 'environment'), { recursive: true });
  writeFileSync(join(root, 'nightshift.yaml'), stringify(file));
  return root;
}

/** Variables for the time of one test. */
function inEnvironment(variables: Record<string, string | undefined>): void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  const set = (values: Record<string, string | undefined>): void => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  set(variables);
  onTestFinished(() => set(before));
}

/** The answers that name something to mend. */
export function problemsOf(answers: { [id: string]: Answer }): { [id: string]: Answer } {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => 'problem' in answer));
}
