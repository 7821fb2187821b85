import { ofType, type PackagedTemplate } from './packaged.ts';

type Statement = { Effect: string; Principal?: unknown; Condition?: object; Sid?: string };

/** Whatever somebody outside the account could use, but for the function URL of `slack`. */
export function exposureProblems(template: PackagedTemplate): string[] {
  return [...openFunctions(template), ...openPolicies(template), ...openBuckets(template)];
}

/** A function URL brings two permissions for everybody: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
function openFunctions(template: PackagedTemplate): string[] {
  return Object.entries(ofType(template, 'AWS::Lambda::Permission'))
    .filter(([, { Properties }]) => Properties.Principal === '*')
    .filter(([, { Properties }]) => !belongsToUrl(Properties) || !/Slack/.test(JSON.stringify(Properties.FunctionName)))
    .map(([id]) => `${id} lets everybody invoke a function`);
}

function belongsToUrl(permission: {
  Action: string;
  FunctionUrlAuthType?: string;
  InvokedViaFunctionUrl?: boolean;
}): boolean {
  if (permission.Action === 'lambda:InvokeFunctionUrl') return permission.FunctionUrlAuthType === 'NONE';
  return permission.Action === 'lambda:InvokeFunction' && permission.InvokedViaFunctionUrl === true;
}

/** Topics, queues, buckets, endpoints and roles: `*` may only be denied, or be this account. */
function openPolicies({ Resources }: PackagedTemplate): string[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
    const policy = Properties?.PolicyDocument ?? Properties?.AssumeRolePolicyDocument;
    if (Type === 'AWS::IAM::ManagedPolicy' || !policy) return [];
    const statements = policy.Statement as Statement[];
    return statements
      .filter(({ Effect, Principal }) => Effect === 'Allow' && isEverybody(Principal))
      .filter(({ Condition }) => !isOwnAccount(Condition))
      .map(({ Sid = '' }) => `${id} ${Sid} allows everybody`);
  });
}

function isEverybody(principal: unknown): boolean {
  return principal === '*' || (Object(principal) as { AWS?: unknown }).AWS === '*';
}

function isOwnAccount(condition: object | undefined): boolean {
  const { StringEquals: equals = {} } = (condition ?? {}) as { StringEquals?: { [key: string]: unknown } };
  return ['aws:SourceOwner', 'aws:SourceAccount', 'aws:PrincipalAccount'].some(
    (key) => JSON.stringify(equals[key]) === '{"Ref":"AWS::AccountId"}',
  );
}

function openBuckets(template: PackagedTemplate): string[] {
  return Object.entries(ofType(template, 'AWS::S3::Bucket'))
    .filter(([, { Properties }]) => {
      const block = (Properties.PublicAccessBlockConfiguration ?? {}) as { [name: string]: unknown };
      const blocks = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
      return !blocks.every((name) => block[name] === true);
    })
    .map(([id]) => `${id} can be made public`);
}
