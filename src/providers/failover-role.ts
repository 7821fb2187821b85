import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { shortRun } from '../core/run.ts';
import type { CloudAccess, CloudClient } from './cloud-access.ts';

/** The tag that the role asks for, so that CloudTrail names the run beside every call. */
const RUN_TAG = 'nightshift:run';
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: the shortest there is. */
const SESSION_SECONDS = 900;

/** What a session may do: no more than was approved, whatever else the role may. */
export type SessionRight = {
  action: string | readonly string[];
  resources: readonly string[];
  /** What the service does in the name of the session besides: with keys, with buckets. */
  besides?: readonly { action: readonly string[]; resources: readonly string[] }[];
};

/** A role that is assumed for an order; `whyNone` says what to configure where no `arn` is known. */
export type AssumedRole = { name: string; arn: string | undefined; whyNone: string };

/** For what clients notice. */
export function failoverRoleOf(access: CloudAccess): AssumedRole {
  return { name: 'failover role', arn: access.failoverRole, whyNone: whyNoRole(access) ?? '' };
}

/** For what they do not: copies, and what is restored from them. */
export function operatorRoleOf({ operatorRole }: CloudAccess): AssumedRole {
  const whyNone =
    'Nothing is made in the cloud without a role of its own: set NIGHTSHIFT_OPERATOR_ROLE_ARN to the ARN of the operator role (docs/permissions.md).';
  return { name: 'operator role', arn: operatorRole, whyNone };
}

/** For what is made for a drill, and deleted after it: the only role that deletes a database. */
export function drillRoleOf({ drillRole }: CloudAccess): AssumedRole {
  const whyNone =
    'Nothing is restored for a drill without a role of its own: set NIGHTSHIFT_DRILL_ROLE_ARN to the ARN of the drill role (docs/permissions.md).';
  return { name: 'drill role', arn: drillRole, whyNone };
}

/** For what deletes: snapshots of ours that expired. */
export function expiryRoleOf({ expiryRole }: CloudAccess): AssumedRole {
  const whyNone =
    'No snapshot is deleted without a role of its own: set NIGHTSHIFT_EXPIRY_ROLE_ARN to the ARN of the expiry role (docs/permissions.md).';
  return { name: 'expiry role', arn: expiryRole, whyNone };
}

/** Where the failover role is: the parts of its ARN. */
export function partitionOf({ failoverRole = '' }: CloudAccess): string {
  return failoverRole.split(':')[1] ?? 'aws';
}
export function accountOf({ failoverRole = '' }: CloudAccess): string {
  return failoverRole.split(':')[4] ?? '';
}

export type SessionCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** Says what to configure where no role can be assumed; undefined where one is. */
export function whyNoRole({ failoverRole }: CloudAccess): string | undefined {
  if (failoverRole !== undefined) return undefined;
  return 'Nothing is changed in the cloud without a role of its own: set NIGHTSHIFT_FAILOVER_ROLE_ARN to the ARN of the failover role (docs/permissions.md).';
}

/**
 * Assumes such a role in the name of a run: the session is called by the short id, tagged with the whole one, and may do one
 * thing alone. Throws what the client of STS throws.
 */
export async function assumeRole(
  settings: CloudClient,
  { roleArn, runId }: { roleArn: string; runId: string },
  right: SessionRight,
): Promise<SessionCredentials> {
  const client = new STSClient(settings);
  try {
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: shortRun(runId).slice(0, 64),
        DurationSeconds: SESSION_SECONDS,
        Tags: [{ Key: RUN_TAG, Value: runId }],
        Policy: policyOf(right),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
    return { accessKeyId: AccessKeyId ?? '', secretAccessKey: SecretAccessKey ?? '', sessionToken: SessionToken ?? '' };
  } finally {
    client.destroy();
  }
}

function policyOf({ action, resources, besides = [] }: SessionRight): string {
  const Statement = [
    { Effect: 'Allow', Action: action, Resource: resources },
    ...besides.map((one) => ({ Effect: 'Allow', Action: one.action, Resource: one.resources })),
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
