import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const cidr = z.string().regex(/^(?:\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, 'is a range such as 10.0.250.0/27');

/** infra/environment/deploy.<stage>.yml: where one stage is deployed. serverless.yml reads it. */
export const DeployFile = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is an AWS region such as eu-central-1'),
  vpcId: z.string().regex(/^vpc-[0-9a-f]{8,17}$/, 'is the id of a VPC such as vpc-0123456789abcdef0'),
  subnetCidrs: z.tuple([cidr, cidr], { error: 'is two ranges, one for each subnet of the rooms' }),
  databaseCidr: cidr,
  operatorEmail: z.email('is a mail address'),
  auditRetentionDays: z.number().int().min(1).default(400),
});
export type DeployFile = z.infer<typeof DeployFile>;

/** A stage is part of the names of functions, buckets and roles. */
export const stagePattern = /^[a-z][a-z0-9-]{0,19}$/;

export function deployPath(stage: string): string {
  return `infra/environment/deploy.${stage}.yml`;
}

/** Reads the deploy file of a stage: the file, `missing`, or what is wrong with it, one sentence each. */
export function readDeployFile(
  root: string,
  stage: string,
): { file: DeployFile } | { missing: true } | { problems: string[] } {
  const path = join(root, deployPath(stage));
  if (!existsSync(path)) return { missing: true };
  try {
    const parsed = DeployFile.safeParse(parse(readFileSync(path, 'utf8')));
    if (parsed.success) return { file: parsed.data };
    return { problems: parsed.error.issues.map(({ path: at, message }) => `${at.join('.')} ${message}`.trim()) };
  } catch {
    return { problems: ['is not valid YAML'] };
  }
}
