import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { isIPv4 } from 'node:net';
import { hostName, type PointerChange, type PointerSaid } from '../../core/pointer.ts';
import type { PointerSpec, TargetSpec } from '../../targets/spec.ts';
import { cloudClient, type CloudAccess, type CloudClient } from '../cloud-access.ts';
import { partitionOf } from '../failover-role.ts';
import { orderOnce } from '../order-once.ts';
import { whyUnreadable } from '../pointer-refusal.ts';
import type { PointerReceipt, PointerSpread, PointerStore } from '../pointer-store.ts';
import { recordWords } from './refusals.ts';
import { saidBy, type RecordName } from './said.ts';

/** It has one endpoint for all regions: https://docs.aws.amazon.com/general/latest/gr/r53.html */
const ANY_REGION = 'us-east-1';

type Work = { record: RecordName; access: CloudAccess; settings: CloudClient; client: Route53Client };

/** A record of Route 53 with one value. Its API compares: what is deleted has to be there exactly, or nothing is changed. */
export function openStore(spec: TargetSpec, pointer: PointerSpec, access: CloudAccess): PointerStore {
  const { name, zone = '', type = 'CNAME' } = pointer;
  const record = { name, zone, type };
  const settings = cloudClient(spec, { ...access, region: access.region ?? ANY_REGION });
  if (!settings) throw new TypeError('a region was given');
  const client = new Route53Client(settings);
  const work = { record, access, settings, client };
  return {
    what: `${type} ${name} (zone ${zone})`,
    steps: [
      `In one request, have Route 53 delete the ${type} ${name} → {from} exactly as it was seen, and create ${name} → {to}: it does both, or neither`,
      'Ask until all of its name servers say so (INSYNC), and read it back',
    ],
    whyUnfit: (host) => whyUnfit(record, host),
    keptAs: hostName,
    lingers: ({ ttlSeconds }) => lingers(ttlSeconds),
    ttlOver: (said) => pointer.ttlSeconds ?? said.ttlSeconds,
    read: () => read(work),
    change: (change) => changeRecord(work, change),
    spread: (receipt) => spread(work, receipt),
    close: () => client.destroy(),
  };
}

function whyUnfit({ name, type }: RecordName, host: string): string | null {
  if (type === 'A') return isIPv4(host) ? null : `${host} is no IPv4 address, and ${name} is a record of type A.`;
  const isAddress = isIPv4(host) || host.includes(':');
  return isAddress ? `${host} is an address, and ${name} is a CNAME, which holds a name.` : null;
}

function lingers(ttlSeconds: number | null): string[] {
  return [
    `Clients may go on to the old server for ${ttlSeconds ?? 0} s (TTL), counted from when the name servers know, within 60 s; those that keep an address for longer, until they look again.`,
    'Connections that are open stay where they are.',
  ];
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html: also what is still PENDING. */
async function read({ client, record }: Work): Promise<PointerSaid | { refused: string }> {
  const { name, type, zone } = record;
  try {
    const { ResourceRecordSets: found = [] } = await client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: zone,
        StartRecordName: name,
        StartRecordType: type,
        MaxItems: 2,
      }),
    );
    return saidBy(record, found);
  } catch (thrown) {
    const refused = whyUnreadable(thrown, {
      right: 'route53:ListResourceRecordSets',
      on: `hostedzone/${zone}`,
      absent: `Route 53 knows no hosted zone ${zone}: set pointer.route53.zone to the id of yours.`,
    });
    if (refused === undefined) throw thrown;
    return { refused };
  }
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html */
async function changeRecord(
  { settings, access, record }: Work,
  { before, after }: PointerChange,
): Promise<PointerReceipt | { refused: string }> {
  let id = '';
  const changes = [
    { Action: 'DELETE', ResourceRecordSet: recordSet(record, before) },
    { Action: 'CREATE', ResourceRecordSet: recordSet(record, after) },
  ] as const;
  const input = { HostedZoneId: record.zone, ChangeBatch: { Changes: [...changes] } };
  const answer = await orderOnce(settings, access, {
    name: record.name,
    runId: access.actingFor,
    right: {
      action: 'route53:ChangeResourceRecordSets',
      resources: [`arn:${partitionOf(access)}:route53:::hostedzone/${record.zone}`],
    },
    client: (made) => new Route53Client(made),
    send: async (client) => {
      id = (await client.send(new ChangeResourceRecordSetsCommand(input))).ChangeInfo?.Id ?? '';
    },
    words: recordWords(record),
  });
  return 'refused' in answer ? answer : { id, left: [] };
}

function recordSet({ name, type }: RecordName, { kept, ttlSeconds }: PointerSaid): ResourceRecordSet {
  return { Name: name, Type: type, TTL: ttlSeconds ?? 60, ResourceRecords: [{ Value: kept }] };
}

async function spread({ client }: Work, { id }: PointerReceipt): Promise<PointerSpread> {
  if (id === '') return 'unknown';
  const { ChangeInfo } = await client.send(new GetChangeCommand({ Id: id }));
  return ChangeInfo?.Status === 'INSYNC' ? 'everywhere' : 'under-way';
}
