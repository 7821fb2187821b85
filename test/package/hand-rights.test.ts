import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { verifiedFile } from '../../scripts/package/config-file.ts';
import { roles } from '../../scripts/package/roles.ts';
import { resolve } from '../../src/config/resolve.ts';
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
  it('to send to agents on hosts are those for the document and the hosts that the config names, in a rejoin alone', async () => {
    const config = resolve(verifiedFile(root).file, '', {});
    const [first] = config.targets;
    const nodes = ['mi-0123456789abcdef0', 'i-0123456789abcdef0'];
    const members = nodes.map((node) => ({
      ...first!.members[0]!,
      hands: { agent: { by: 'run-command', node, document: 'nightshift-rejoin' } },
    }));
    const targets = [{ ...first!, region: 'eu-west-1', members }];
    const made = parse(roles({ ...config, targets }).text.replaceAll('${self:provider.stage}', 'dev')) as Pick<
      PackagedTemplate,
      'Resources'
    >;
    const agents = changed(template, ({ Resources }) => void Object.assign(Resources, made.Resources));
    expect(await iamProblems(agents)).toEqual([]);
    const ofRun = project.bundles.filter(({ name }) => name === 'run');
    expect(rightsProblems(agents, ofRun)).toEqual([]);
    const [, ...statements] = statementsOf(agents, 'FailoverRole');
    const at = 'eu-west-1:${AWS::AccountId}';
    expect(statements).toMatchObject([
      {
        Action: ['ssm:SendCommand'],
        Resource: [
          { 'Fn::Sub': `arn:\${AWS::Partition}:ssm:${at}:document/nightshift-rejoin` },
          { 'Fn::Sub': `arn:\${AWS::Partition}:ssm:${at}:managed-instance/mi-0123456789abcdef0` },
          { 'Fn::Sub': `arn:\${AWS::Partition}:ec2:${at}:instance/i-0123456789abcdef0` },
        ],
        Condition: { StringLike: { 'aws:PrincipalTag/nightshift:run': `rejoin-${'?'.repeat(40)}` } },
      },
    ]);
    const [trust] = propertiesOf(agents, 'FailoverRole').AssumeRolePolicyDocument.Statement;
    expect(trust.Condition.StringLike['aws:RequestTag/nightshift:run']).toContain(`rejoin-${'?'.repeat(40)}`);
    expect(JSON.stringify(template.Resources)).not.toContain('ssm:SendCommand');
  });
});
