import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { CloudModel } from './model.ts';
import { operation, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** What STS answers: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const stsOperations: CloudOperations = {
  AssumeRole: operation<AssumeRoleRequest, AssumeRoleResponse>(AssumeRole$, assumeRole),
};

const RUN_TAG = 'nightshift:run';
/** What the trusts of the roles ask for (infra/roles.generated.yml). */
const RUNS = [
  { role: '-operator', runs: /^(?:backup|restore)-[0-9a-f]{40}$/ },
  { role: '-drill', runs: /^(?:drill|sweep)-[0-9a-f]{40}$/ },
  { role: '-expiry', runs: /^prune-[0-9a-f]{40}$/ },
  { role: '', runs: /(?:over|^repoint|^rejoin)-[0-9a-f]{40}$/ },
];

function assumeRole(request: AssumeRoleRequest, model: CloudModel, nowMs: number): AssumeRoleResponse {
  const { RoleArn = '', RoleSessionName: name = '', Tags = [], Policy, DurationSeconds = 3600 } = request;
  const run = Tags.find(({ Key }) => Key === RUN_TAG)?.Value ?? '';
  const trusted = RUNS.find(({ role }) => RoleArn.endsWith(role));
  if (trusted?.runs.test(run) !== true) {
    const who = 'arn:aws:sts::123456789012:assumed-role/nightshift-test-run/nightshift-test-run';
    throw new CloudRefusal(
      'AccessDenied',
      `User: ${who} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      403,
    );
  }
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  model.sessions.push({ role: RoleArn, name, tags, policy: Policy ?? null });
  const number = model.sessions.length;
  return {
    Credentials: {
      AccessKeyId: `ASIALOCAL${number}`,
      SecretAccessKey: 'local',
      SessionToken: `local-session-${number}`,
      Expiration: new Date(nowMs + DurationSeconds * 1000),
    },
    AssumedRoleUser: { AssumedRoleId: `AROALOCAL:${name}`, Arn: `${RoleArn.replace(':iam:', ':sts:')}/${name}` },
  };
}
