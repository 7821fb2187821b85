import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundleFunctions } from '../../scripts/package/bundle.ts';
import { verifiedFile } from '../../scripts/package/config-file.ts';
import { roles } from '../../scripts/package/roles.ts';
import { resolve } from '../../src/config/resolve.ts';
import { makeServerDirectory } from '../servers/room.ts';
import { iamProblems, statementsOf } from './iam-rules.ts';
import { changed, copyProject, osls, PACKAGING_MS, propertiesOf, root, type PackagedTemplate } from './packaged.ts';
import { sharedPackage, type SharedPackage } from './shared-package.ts';
import { rightsProblems } from './rights-rules.ts';
import { roomProblems } from './room-rules.ts';

let project: SharedPackage;
let template: PackagedTemplate;

beforeAll(async () => {
  project = await sharedPackage();
  template = project.template;
});

function properties(id: string) {
  return propertiesOf(template, id);
}

describe('the rights', () => {
  it('exist, are narrowed and lie inside the boundary', async () => {
    expect(await iamProblems(template)).toEqual([]);
  });

  it('of a function are exactly what its bundle calls and the platform asks for', () => {
    expect(rightsProblems(template, project.bundles)).toEqual([]);
  });

  it.each<[string, (statements: { Action: string[]; Resource: unknown }[]) => void, RegExp]>([
    [
      'widened by an action',
      ([first]) => first!.Action.push('dynamodb:DeleteItem'),
      /slack may dynamodb:DeleteItem and never does/,
    ],
    ['robbed of an action', ([first]) => first!.Action.pop(), /slack does dynamodb:Query and may not/],
    ['removed', (all) => all.splice(1, 1), /slack does lambda:InvokeFunction and may not/],
  ])('that are %s are found out', (_what, change, problem) => {
    const mutant = changed(template, ({ Resources }) =>
      change(Resources['SlackRole']!.Properties.Policies[0].PolicyDocument.Statement),
    );
    expect(rightsProblems(mutant, project.bundles).join('\n')).toMatch(problem);
  });

  it.each<[string, (statement: { Action: string[]; Resource: unknown }) => void, RegExp]>([
    ['widened to a wildcard', (one) => (one.Action = ['dynamodb:*']), /dynamodb:\* is a wildcard/],
    ['widened to every resource', (one) => (one.Resource = '*'), /dynamodb:GetItem is not narrowed/],
    ['misspelt', (one) => (one.Action = ['dynamodb:GetItems']), /no action dynamodb:GetItems/],
    ['on the wrong kind of thing', (one) => (one.Resource = ['arn:aws:s3:::bucket']), /never matches/],
    ['outside the boundary', (one) => one.Action.push('dynamodb:UpdateItem'), /outside the boundary/],
  ])('that are %s are found out', async (_what, change, problem) => {
    const mutant = changed(template, ({ Resources }) =>
      change(Resources['SlackRole']!.Properties.Policies[0].PolicyDocument.Statement[0]),
    );
    expect((await iamProblems(mutant)).join('\n')).toMatch(problem);
  });

  it('to fail over are a role that only run may assume, for a run it names, on what is tagged for it', () => {
    const [trust] = properties('FailoverRole').AssumeRolePolicyDocument.Statement;
    expect(trust).toMatchObject({
      Principal: { AWS: { 'Fn::GetAtt': ['RunRole', 'Arn'] } },
      Condition: { StringLike: { 'aws:RequestTag/nightshift:run': `*over-${'?'.repeat(40)}` } },
    });
    for (const { Condition } of statementsOf(template, 'FailoverRole')) {
      expect(Condition).toEqual({ StringEquals: { 'aws:ResourceTag/nightshift:failover': 'allowed' } });
    }
    const { Environment } = propertiesOf(template, 'RunLambdaFunction');
    expect(Environment.Variables.NIGHTSHIFT_FAILOVER_ROLE_ARN).toEqual({ 'Fn::GetAtt': ['FailoverRole', 'Arn'] });
    expect(JSON.stringify(statementsOf(template, 'OperatorRole'))).not.toMatch(/Failover|Reboot|Promote|Delete|Modify/);
  });

  it('to delete a database are those of the drill role alone, on what carries the name and the tag of a drill', () => {
    const deleting = /rds:DeleteDB(?:Instance|Cluster)(?:,|$)/;
    const able = Object.keys(template.Resources).filter(
      (id) => id.endsWith('Role') && statementsOf(template, id).some(({ Action }) => deleting.test(String(Action))),
    );
    expect(able).toEqual(['DrillRole']);
    const [deletes, ...others] = statementsOf(template, 'DrillRole').filter(({ Action }) =>
      deleting.test(String(Action)),
    );
    expect(others).toEqual([]);
    expect(deletes?.Condition).toEqual({ StringLike: { 'aws:ResourceTag/nightshift:drill': '*' } });
    expect(JSON.stringify(deletes?.Resource)).not.toMatch(/(db|cluster):(?!nightshift-drill-)/);
    const [trust] = properties('DrillRole').AssumeRolePolicyDocument.Statement;
    expect(trust.Condition.StringLike['aws:RequestTag/nightshift:run']).toEqual([
      `drill-${'?'.repeat(40)}`,
      `sweep-${'?'.repeat(40)}`,
    ]);
    expect(JSON.stringify(statementsOf(template, 'RunRole'))).not.toMatch(/rds:(?:Restore|Create|Delete)/);
  });

  it('to fail over are no rights of run itself, and no more than it calls', () => {
    const own = JSON.stringify(statementsOf(template, 'RunRole'));
    expect(own).not.toMatch(/rds:(?:Reboot|Failover|Promote|Modify)|elasticache:Modify/);
    expect(own).toContain('role/nightshift-dev-failover');
    const widened = changed(template, ({ Resources }) => {
      Resources['FailoverRole']!.Properties.Policies[0].PolicyDocument.Statement[0].Action.push('rds:DeleteDBInstance');
    });
    expect(rightsProblems(widened, project.bundles)).toContain(
      'run as FailoverRole may rds:DeleteDBInstance and never does',
    );
    const robbed = changed(template, ({ Resources }) => {
      Resources['FailoverRole']!.Properties.Policies[0].PolicyDocument.Statement[0].Action.pop();
    });
    expect(rightsProblems(robbed, project.bundles)).toContain('run does rds:RebootDBInstance and may not');
  });

  it('to point clients elsewhere are those on the records and parameters that the config names, in a repoint alone', async () => {
    const pointers = [
      { by: 'route53', name: 'db.shop.internal', zone: 'Z0SHOPINTERNAL', type: 'CNAME' as const },
      { by: 'route53', name: 'cache.shop.internal', zone: 'Z0SHOPINTERNAL', type: 'CNAME' as const },
      { by: 'parameter-store', name: '/shop/db/host' },
    ];
    const config = resolve(verifiedFile(root).file, '', {});
    const targets = pointers.map((pointer) => ({ ...config.targets[0]!, region: 'eu-west-1', pointer }));
    const made = parse(roles({ ...config, targets }).text.replaceAll('${self:provider.stage}', 'dev')) as Pick<
      PackagedTemplate,
      'Resources'
    >;
    const pointed = changed(template, ({ Resources }) => void Object.assign(Resources, made.Resources));
    expect(await iamProblems(pointed)).toEqual([]);
    const ofRun = project.bundles.filter(({ name }) => name === 'run');
    expect(rightsProblems(pointed, ofRun)).toEqual([]);
    const [, ...statements] = statementsOf(pointed, 'FailoverRole');
    const byRepoint = { 'aws:PrincipalTag/nightshift:run': `repoint-${'?'.repeat(40)}` };
    expect(statements).toMatchObject([
      {
        Action: ['route53:ChangeResourceRecordSets'],
        Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:route53:::hostedzone/Z0SHOPINTERNAL' }],
        Condition: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['db.shop.internal', 'cache.shop.internal'],
            'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
            'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
          },
          StringLike: byRepoint,
        },
      },
      {
        Action: ['ssm:PutParameter'],
        Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:ssm:eu-west-1:${AWS::AccountId}:parameter/shop/db/host' }],
        Condition: { StringLike: byRepoint },
      },
    ]);
    const [trust] = propertiesOf(pointed, 'FailoverRole').AssumeRolePolicyDocument.Statement;
    expect(trust.Condition.StringLike['aws:RequestTag/nightshift:run']).toContain(`repoint-${'?'.repeat(40)}`);
    const robbed = changed(pointed, ({ Resources }) => {
      Resources['FailoverRole']!.Properties.Policies[0].PolicyDocument.Statement.splice(1, 1);
    });
    expect(rightsProblems(robbed, ofRun)).toContain('run does route53:ChangeResourceRecordSets and may not');
    expect(JSON.stringify(template.Resources)).not.toContain('route53');
  });

  it('to delete backups are those of prune alone, below the prefix, and never of a version', () => {
    const config = resolve(verifiedFile(root).file, '', {});
    const primary = { kind: 'bucket', bucket: 'acme', prefix: 'team', kmsKey: 'alias/backups' } as const;
    const text = roles({ ...config, backups: { primary } }).text;
    const made = parse(text.replaceAll('${self:provider.stage}', 'dev')) as Pick<PackagedTemplate, 'Resources'>;
    const may = (id: string) => JSON.stringify(made.Resources[id]!.Properties.Policies);
    const deleting = Object.keys(made.Resources).filter((id) => id.endsWith('Role') && /s3:DeleteObject/.test(may(id)));
    expect(deleting).toEqual(['PruneRole']);
    expect(text).not.toMatch(/DeleteObjectVersion|BypassGovernance/);
    expect(may('PruneRole')).toContain('s3:::acme/team/*');
    expect(may('PruneRole')).not.toMatch(/s3:PutObject|kms:GenerateDataKey/);
    expect(may('CopyRole')).toMatch(/kms:Decrypt","kms:GenerateDataKey/);
    expect(may('CopyRole')).toContain('"kms:ResourceAliases":"alias/backups"');
    expect(may('RunRole')).toMatch(/"kms:Decrypt"/);
    expect(may('ReadRole')).not.toMatch(/kms:/);
  });

  it('on network interfaces are denied to the code of the rooms', () => {
    for (const id of ['ReadRole', 'ActRole', 'CopyRole']) {
      const denied = statementsOf(template, id).find(({ Effect }) => Effect === 'Deny');
      expect(denied?.Action, id).toContain('ec2:CreateNetworkInterface');
      expect(JSON.stringify(denied?.Condition)).toContain('lambda:SourceFunctionArn');
    }
  });
});

describe('the bundles', () => {
  it('hold nothing that another room owns', () => {
    expect(roomProblems(project.bundles)).toEqual([]);
  });

  it.each([
    ['slack', 'node_modules/pg/lib/index.js', /slack holds pg/],
    ['read', 'node_modules/@slack/web-api/dist/index.js', /read holds @slack\/web-api/],
    ['act', 'node_modules/@aws-sdk/client-rds/dist-es/index.js', /act holds @aws-sdk\/client-rds/],
    ['logs', 'node_modules/ioredis/built/index.js', /logs holds ioredis/],
  ])('of %s with %s are found out', (name, path, problem) => {
    const bundles = structuredClone(project.bundles);
    const bundle = bundles.find((one) => one.name === name);
    const [output] = Object.values(bundle?.metafile.outputs ?? {});
    Object.assign(output?.inputs ?? {}, { [path]: { bytesInOutput: 1 } });
    expect(roomProblems(bundles).join('\n')).toMatch(problem);
  });

  it('draw charts in run alone, and load what draws them with the first chart', () => {
    const run = project.bundles.find(({ name }) => name === 'run');
    const folder = run?.folder ?? '';
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['resvg.wasm', 'inter-regular.ttf', 'inter-semibold.ttf', 'inter-licence.txt']),
    );
    expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).not.toContain('resvg.wasm');
    const others = project.bundles.filter((bundle) => bundle !== run);
    expect(others.filter((bundle) => readdirSync(bundle.folder).includes('resvg.wasm'))).toEqual([]);
  });

  it('have the same bytes when they are made again', { timeout: PACKAGING_MS }, async () => {
    const again = await bundleFunctions(root, join(makeServerDirectory('bundles-again'), 'made'), verifiedFile(root));
    expect(again.map(({ folder }) => hashOf(folder))).toEqual(project.bundles.map(({ folder }) => hashOf(folder)));
  });

  it('and packages have the same bytes when they are made again', { timeout: PACKAGING_MS }, async () => {
    const before = zips(project.folder);
    expect(before).toHaveLength(project.bundles.length);
    const again = makeServerDirectory('package-again');
    copyProject(again);
    cpSync(join(project.folder, 'dist'), join(again, 'dist'), { recursive: true });
    await osls(again, ['package']);
    expect(zips(again)).toEqual(before);
  });
});

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).toSorted()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

function zips(packageFolder: string): string[] {
  const folder = join(packageFolder, '.serverless');
  const files = readdirSync(folder).filter((file) => file.endsWith('.zip'));
  return files.toSorted().map(
    (file) =>
      `${file} ${createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex')}`,
  );
}
