import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifestFor } from '../../app/doctor/slack/manifest.ts';
import { deployPath } from '../../config/deploy-file.ts';
import type { Answers } from './answers.ts';
import { configText } from './config-text.ts';

/** A file that `init` writes; its path is relative to the project. */
export type SetUpFile = { path: string; text: string };

export function manifestPath(stage: string): string {
  return `infra/environment/slack-manifest.${stage}.json`;
}

/** Pure: the files of a stage. */
export function filesOf(answers: Answers): SetUpFile[] {
  const placeholder = `https://FUNCTION-URL.lambda-url.${answers.region}.on.aws/`;
  return [
    { path: 'nightshift.yaml', text: configText(answers) },
    { path: deployPath(answers.stage), text: deployText(answers) },
    {
      path: manifestPath(answers.stage),
      text: `${JSON.stringify(manifestFor(placeholder), null, 2)}\n`,
    },
  ];
}

function deployText({ region, vpcId, subnetCidrs, databaseCidr, operatorEmail, auditRetentionDays }: Answers): string {
  return [
    '# Where this stage of Nightshift is deployed. Read by serverless.yml.',
    `region: ${region}`,
    '# The VPC of the databases. Two small subnets of its range that nobody else uses are made for the rooms; they get no route out.',
    `vpcId: ${vpcId}`,
    `subnetCidrs: [${subnetCidrs.join(', ')}]`,
    '# Where the databases are, as the rooms may reach them.',
    `databaseCidr: ${databaseCidr}`,
    '# Told when the bot itself is ill, since a dead bot cannot post. Confirm the mail that SNS sends.',
    `operatorEmail: ${operatorEmail}`,
    '# How long the daily copy of the audit record is locked (S3 Object Lock, governance mode).',
    `auditRetentionDays: ${auditRetentionDays}`,
    '',
  ].join('\n');
}

/** The files that are there with another text. */
export function wouldReplace(root: string, files: readonly SetUpFile[]): string[] {
  return files
    .filter(({ path, text }) => existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') !== text)
    .map(({ path }) => path);
}

/** Writes all files or none: each beside its place first, then all are moved there. */
export function writeTogether(root: string, files: readonly SetUpFile[]): void {
  const beside = files.map(({ path, text }) => ({ to: join(root, path), from: join(root, `${path}.new`), text }));
  try {
    for (const { from, text } of beside) {
      mkdirSync(dirname(from), { recursive: true });
      writeFileSync(from, text);
    }
    for (const { from, to } of beside) renameSync(from, to);
  } finally {
    for (const { from } of beside) rmSync(from, { force: true });
  }
}
