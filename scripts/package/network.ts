import { backupBuckets, inside } from './backup-rights.ts';
import type { Config } from '../../src/config/config.ts';
import { passwordsOf } from '../../src/targets/passwords.ts';
import type { GeneratedFile } from '../generate/generated-file.ts';
import { templateText, type Template } from './cloudformation.ts';

/**
 * The rooms' own corner of the VPC: two subnets whose route table has no route but the local one, endpoints for what the rooms
 * need of AWS, and a security group that lets out to the ports of nightshift.yaml's databases and exporters alone.
 */
export function network(config: Config): GeneratedFile {
  const Resources = {
    ...place,
    RoomSecurityGroup: securityGroup(config),
    ...gateways(config),
    ...secretEndpoints(config),
  };
  return { path: 'infra/network.generated.yml', text: templateText({ Resources }) };
}

const DEPLOY = (key: string) => `\${self:custom.deploy.${key}}`;
const tags = [{ Key: 'Name', Value: 'nightshift-${self:provider.stage}-rooms' }];

const place: Template = {
  RoomRouteTable: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: DEPLOY('vpcId'), Tags: tags } },
  ...subnet('A', 0),
  ...subnet('B', 1),
};

function subnet(letter: string, index: number): Template {
  const id = `RoomSubnet${letter}`;
  return {
    [id]: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: DEPLOY('vpcId'),
        CidrBlock: DEPLOY(`subnetCidrs.${index}`),
        AvailabilityZone: { 'Fn::Select': [index, { 'Fn::GetAZs': '' }] },
        MapPublicIpOnLaunch: false,
        Tags: tags,
      },
    },
    [`${id}Routes`]: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: { Ref: id }, RouteTableId: { Ref: 'RoomRouteTable' } },
    },
  };
}

/** HTTPS goes to the endpoints: nothing else is routed. */
function securityGroup(config: Config): Template {
  const members = config.targets.flatMap((target) => target.members);
  const poolers = config.targets.flatMap(({ fence }) => fence?.poolers ?? []);
  const databases = inOrder([...members, ...poolers].map(({ port }) => port));
  const exporters = inOrder(members.flatMap(({ machine }) => (machine ? [portOf(machine.url)] : [])));
  const patronis = inOrder(members.flatMap(({ patroni }) => (patroni ? [portOf(patroni.url)] : [])));
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: 'Rooms of Nightshift: out to the databases and to the endpoints of AWS, nothing in',
      VpcId: DEPLOY('vpcId'),
      SecurityGroupIngress: [],
      SecurityGroupEgress: [
        ...databases.map((port) => egress(port, DEPLOY('databaseCidr'), 'databases of nightshift.yaml')),
        ...exporters
          .filter((port) => !databases.includes(port))
          .map((port) => egress(port, DEPLOY('databaseCidr'), 'who tells of machines in nightshift.yaml')),
        ...patronis
          .filter((port) => !databases.includes(port) && !exporters.includes(port))
          .map((port) => egress(port, DEPLOY('databaseCidr'), 'Patroni of nightshift.yaml')),
        egress(443, '0.0.0.0/0', 'endpoints of AWS; no other route exists'),
      ],
      Tags: tags,
    },
  };
}

function inOrder(ports: readonly number[]): number[] {
  return [...new Set(ports)].toSorted((a, b) => a - b);
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

function egress(port: number, CidrIp: string, Description: string): Template {
  return { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp, Description };
}

/** Free of charge, and each lets through to our own table and buckets alone. */
function gateways(config: Config): Template {
  const buckets = backupBuckets(config).map((arn) => ({ 'Fn::Sub': arn }));
  const objects = [
    { 'Fn::Sub': '${ObjectsBucket.Arn}/*' },
    ...inside(backupBuckets(config)).map((arn) => ({ 'Fn::Sub': arn })),
  ];
  return {
    DynamoDbEndpoint: gateway(
      'dynamodb',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      [{ 'Fn::GetAtt': ['StateTable', 'Arn'] }],
    ),
    S3Endpoint: gateway(
      's3',
      ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListBucket', 's3:PutObject'],
      [...objects, ...buckets],
    ),
  };
}

function gateway(service: string, actions: readonly string[], resources: readonly Template[]): Template {
  return {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcEndpointType: 'Gateway',
      VpcId: DEPLOY('vpcId'),
      ServiceName: { 'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}` },
      RouteTableIds: [{ Ref: 'RoomRouteTable' }],
      PolicyDocument: policy(actions, resources),
    },
  };
}

function policy(actions: readonly string[], resources: readonly unknown[]): Template {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OurOwnAlone',
        Effect: 'Allow',
        Principal: '*',
        Action: [...actions],
        Resource: [...resources],
        Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
      },
    ],
  };
}

const STORES = {
  ssm: { service: 'ssm', action: 'ssm:GetParameter' },
  secretsmanager: { service: 'secretsmanager', action: 'secretsmanager:GetSecretValue' },
} as const;

/** Billed by the hour, so only where a password of a room is kept in that store; signed tokens need none. */
function secretEndpoints(config: Config): Template {
  const used = new Set(
    config.targets.flatMap(({ members, fence }) => [
      ...members.flatMap(passwordsOf).map(({ password }) => password.from),
      ...(fence?.poolers ?? []).flatMap(({ credentials }) =>
        Object.values(credentials).map((login) => login.password?.from),
      ),
    ]),
  );
  const stores = (['ssm', 'secretsmanager'] as const).filter((store) => used.has(store));
  if (stores.length === 0) return {};
  return {
    EndpointSecurityGroup: endpointGroup,
    ...Object.fromEntries(
      stores.map((store) => [store === 'ssm' ? 'SsmEndpoint' : 'SecretsManagerEndpoint', secretEndpoint(store)]),
    ),
  };
}

const endpointGroup: Template = {
  Type: 'AWS::EC2::SecurityGroup',
  Properties: {
    GroupDescription: 'Endpoint for the passwords of the rooms of Nightshift',
    VpcId: DEPLOY('vpcId'),
    SecurityGroupIngress: [
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        SourceSecurityGroupId: { 'Fn::GetAtt': ['RoomSecurityGroup', 'GroupId'] },
        Description: 'rooms',
      },
    ],
    Tags: tags,
  },
};

function secretEndpoint(store: keyof typeof STORES): Template {
  const { service, action } = STORES[store];
  return {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      VpcEndpointType: 'Interface',
      VpcId: DEPLOY('vpcId'),
      ServiceName: { 'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}` },
      SubnetIds: [{ Ref: 'RoomSubnetA' }, { Ref: 'RoomSubnetB' }],
      SecurityGroupIds: [{ Ref: 'EndpointSecurityGroup' }],
      PrivateDnsEnabled: true,
      PolicyDocument: policy([action], ['*']),
    },
  };
}
