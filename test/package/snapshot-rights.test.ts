import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { verifiedFile } from '../../scripts/package/config-file.ts';
import { roles } from '../../scripts/package/roles.ts';
import { resolve } from '../../src/config/resolve.ts';
import { usualBackupPolicy } from '../../src/core/backup-policy.ts';
import { iamProblems, statementsOf } from './iam-rules.ts';
import { changed, propertiesOf, root, type PackagedTemplate } from './packaged.ts';
import { rightsProblems } from './rights-rules.ts';
import { sharedPackage, type SharedPackage } from './shared-package.ts';

let project: SharedPackage;
let template: PackagedTemplate;

beforeAll(async () => {
  project = await sharedPackage();
  template = project.template;
});

describe('the rights', () => {
  it('to copy and to export snapshots are those for the places that the config names, in a backup alone', async () => {
    const config = resolve(verifiedFile(root).file, '', {});
    const [first] = config.targets;
    const hosted = (provider: string, copyTo: object) => ({
      ...first!,
      provider,
      region: 'eu-central-1',
      backup: { ...usualBackupPolicy, copyTo: copyTo as never },
    });
    const targets = [
      hosted('rds', { kind: 'region', region: 'eu-west-1', kmsKey: 'alias/copies' }),
      hosted('elasticache', { kind: 'bucket', bucket: 'acme-exports' }),
    ];
    const made = parse(roles({ ...config, targets }).text.replaceAll('${self:provider.stage}', 'dev')) as Pick<
      PackagedTemplate,
      'Resources'
    >;
    const copying = changed(template, ({ Resources }) => void Object.assign(Resources, made.Resources));
    expect(await iamProblems(copying)).toEqual([]);
    const ofRun = project.bundles.filter(({ name }) => name === 'run');
    expect(rightsProblems(copying, ofRun)).toEqual([]);
    const sids = ['CopiesByOurName', 'KeysOfCopies', 'ExportsByOurName', 'WhereExportsGo', 'WhichBucketsThereAre'];
    const found = statementsOf(copying, 'OperatorRole').filter(({ Sid = '' }) => sids.includes(Sid));
    expect(found.map(({ Sid }) => Sid)).toEqual(sids);
    for (const { Condition } of found)
      expect(Condition).toMatchObject({
        StringLike: { 'aws:PrincipalTag/nightshift:run': `backup-${'?'.repeat(40)}` },
      });
    expect(JSON.stringify(found[0]?.Resource)).toMatch(/eu-central-1.*eu-west-1/);
    expect(JSON.stringify(found[1]?.Condition)).toContain('rds.eu-west-1.amazonaws.com');
    expect(JSON.stringify(template.Resources)).not.toMatch(/CopyDBSnapshot|kms:CreateGrant|ListAllMyBuckets/);
  });

  it('to delete snapshots are a role of its own, for a prune, on what has our tag and no pin', () => {
    const [trust] = propertiesOf(template, 'ExpiryRole').AssumeRolePolicyDocument.Statement;
    expect(trust).toMatchObject({
      Principal: { AWS: { 'Fn::GetAtt': ['RunRole', 'Arn'] } },
      Condition: { StringLike: { 'aws:RequestTag/nightshift:run': `prune-${'?'.repeat(40)}` } },
    });
    const [statement, ...others] = statementsOf(template, 'ExpiryRole');
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Condition: { Null: { 'aws:ResourceTag/nightshift:run': 'false', 'aws:ResourceTag/nightshift:pin': 'true' } },
    });
    for (const resource of [statement!.Resource].flat()) expect(JSON.stringify(resource)).toContain(':nightshift-*');
    const deleting = Object.keys(template.Resources).filter(
      (id) => id.endsWith('Role') && /:Delete\w*Snapshot"/.test(JSON.stringify(statementsOf(template, id))),
    );
    expect(deleting).toEqual(['ExpiryRole']);
  });
});
