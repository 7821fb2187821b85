import type { Call } from './contents.ts';

/** Clients whose IAM prefix is another word: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const PREFIXES: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
};

/** API operations whose IAM action has another name (Service Authorization Reference). */
const ACTIONS: Readonly<Record<string, string>> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:HeadObject': 's3:GetObject',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
};

/** What a call needs besides: our sessions carry a tag, and so does what we make. */
const BESIDES: Readonly<Record<string, readonly string[]>> = {
  'elasticache:CopySnapshot': ['s3:GetBucketLocation', 's3:ListAllMyBuckets'],
  'elasticache:CreateSnapshot': ['elasticache:AddTagsToResource'],
  'rds:CopyDBClusterSnapshot': ['rds:AddTagsToResource', 'kms:CreateGrant', 'kms:DescribeKey'],
  'rds:CopyDBSnapshot': ['rds:AddTagsToResource', 'kms:CreateGrant', 'kms:DescribeKey'],
  'rds:CreateDBClusterSnapshot': ['rds:AddTagsToResource'],
  'rds:CreateDBSnapshot': ['rds:AddTagsToResource'],
  'rds:RestoreDBInstanceFromDBSnapshot': ['rds:AddTagsToResource'],
  'sts:AssumeRole': ['sts:TagSession'],
};

/** Pure: the IAM actions that a call needs: `dynamodb:PutItem`. */
export function actionsOf({ client, command }: Call): string[] {
  const action = `${PREFIXES[client] ?? client}:${command}`;
  return [ACTIONS[action] ?? action, ...(BESIDES[action] ?? [])];
}
