import type { Config } from '../../src/config/config.ts';
import type { PointerSpec } from '../../src/targets/spec.ts';
import type { Template } from './cloudformation.ts';
import type { Right } from './rights.ts';

/** What each kind of pointer is asked and changed by (src/providers/<kind>/pointer.ts); `Get…` and `List…` are calls of `run` itself. */
export const pointerActions = {
  route53: ['route53:ListResourceRecordSets', 'route53:GetChange', 'route53:ChangeResourceRecordSets'],
  'parameter-store': ['ssm:PutParameter'],
} as const;

type Pointed = PointerSpec & { region: string };
type Pointers = readonly Pointed[];

/** The pointers of a config, each once. */
export function pointersIn({ targets }: Pick<Config, 'targets'>): { records: Pointers; parameters: Pointers } {
  const all = targets.flatMap(({ pointer, region = '${AWS::Region}' }) => (pointer ? [{ ...pointer, region }] : []));
  const once = (by: string, key: (one: Pointed) => string): Pointed[] => [
    ...new Map(all.filter((one) => one.by === by).map((one) => [key(one), one])).values(),
  ];
  return {
    records: once('route53', ({ zone, type, name }) => [zone, type, name].join(' ')),
    parameters: once('parameter-store', ({ region, name }) => [region, name].join(' ')),
  };
}

/** What `run` may read of them. */
export function readsPointers(config: Pick<Config, 'targets'>): Right[] {
  const { records, parameters } = pointersIn(config);
  return [
    ...(records.length === 0 ? [] : readsRecords([...new Set(records.map(zoneArn))])),
    ...(parameters.length === 0
      ? []
      : [
          {
            actions: ['ssm:GetParameter'],
            resources: parameters.map(parameterArn),
            why: 'what parameters say by which clients look a server up',
          },
        ]),
  ];
}

function readsRecords(zones: readonly string[]): Right[] {
  return [
    {
      actions: ['route53:ListResourceRecordSets'],
      resources: zones,
      why: 'what records say by which clients look a server up',
    },
    {
      actions: ['route53:GetChange'],
      resources: ['arn:${AWS::Partition}:route53:::change/*'],
      why: 'whether all name servers know of a change',
    },
  ];
}

/** A session for another verb may not point clients elsewhere. */
const BY_REPOINT = { 'aws:PrincipalTag/nightshift:run': `repoint-${'?'.repeat(40)}` };

/**
 * What the failover role may change: exactly the records and parameters of the config.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
 */
export function changesPointers(config: Pick<Config, 'targets'>): Template[] {
  const { records, parameters } = pointersIn(config);
  const zones = Map.groupBy(records, ({ zone, type }) => [zone, type].join(' '));
  return [
    ...[...zones.values()].map(changesRecords),
    ...(parameters.length === 0 ? [] : [changesParameters(parameters)]),
  ];
}

/** Those of one zone and type. */
function changesRecords(records: Pointers, index: number): Template {
  const [first] = records;
  return {
    Sid: `PointClientsByRecords${index + 1}`,
    Effect: 'Allow',
    Action: ['route53:ChangeResourceRecordSets'],
    Resource: [{ 'Fn::Sub': zoneArn({ zone: first?.zone }) }],
    Condition: {
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': records.map(({ name }) => name),
        'route53:ChangeResourceRecordSetsRecordTypes': [first?.type ?? 'CNAME'],
        'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
      },
      // ForAllValues is met where a key is missing, too.
      Null: { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'false' },
      StringLike: BY_REPOINT,
    },
  };
}

function changesParameters(parameters: Pointers): Template {
  return {
    Sid: 'PointClientsByParameter',
    Effect: 'Allow',
    Action: ['ssm:PutParameter'],
    Resource: parameters.map((one) => ({ 'Fn::Sub': parameterArn(one) })),
    Condition: { StringLike: BY_REPOINT },
  };
}

function zoneArn({ zone = '' }: { zone?: string | undefined }): string {
  return `arn:\${AWS::Partition}:route53:::hostedzone/${zone}`;
}

function parameterArn({ region, name }: Pointed): string {
  return `arn:\${AWS::Partition}:ssm:${region}:\${AWS::AccountId}:parameter${name}`;
}
