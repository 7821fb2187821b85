import {
  ChangeResourceRecordSets$,
  GetChange$,
  ListResourceRecordSets$,
  type ChangeInfo,
  type ChangeResourceRecordSetsRequest,
  type ChangeResourceRecordSetsResponse,
  type GetChangeRequest,
  type GetChangeResponse,
  type ListResourceRecordSetsRequest,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { isDeepStrictEqual } from 'node:util';
import type { CloudModel } from './model.ts';
import { operation, type CloudOperations } from './operation.ts';
import { CloudRefusal } from './refusal.ts';

/** What Route 53 answers: https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html */
export const route53Operations: CloudOperations = {
  ChangeResourceRecordSets: operation<ChangeResourceRecordSetsRequest, ChangeResourceRecordSetsResponse>(
    ChangeResourceRecordSets$,
    change,
  ),
  GetChange: operation<GetChangeRequest, GetChangeResponse>(GetChange$, getChange),
  ListResourceRecordSets: operation<ListResourceRecordSetsRequest, ListResourceRecordSetsResponse>(
    ListResourceRecordSets$,
    list,
  ),
};

/** Within 60 s, says the API reference of GetChange. */
const SPREAD_MS = 40_000;

function list(input: ListResourceRecordSetsRequest, model: CloudModel): ListResourceRecordSetsResponse {
  const { HostedZoneId: zone, StartRecordName: name = '', StartRecordType: type = '', MaxItems = 300 } = input;
  const from = [sortKey(name), type].join(' ');
  const all = zoneOf(model, zone).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const found = all.filter((set) => keyOf(set) >= from);
  return { ResourceRecordSets: found.slice(0, MaxItems), IsTruncated: found.length > MaxItems, MaxItems };
}

/** All or nothing: the changes are made on a copy. */
function change(
  { HostedZoneId: zone = '', ChangeBatch }: ChangeResourceRecordSetsRequest,
  model: CloudModel,
  nowMs: number,
): ChangeResourceRecordSetsResponse {
  const sets = (ChangeBatch?.Changes ?? []).reduce(changed, zoneOf(model, zone));
  model.zones[zone] = [...sets];
  const made = { Id: `/change/C${model.changes.length + 1}LOCAL`, atMs: nowMs };
  model.changes.push(made);
  return { ChangeInfo: infoOf(made, nowMs) };
}

type One = NonNullable<NonNullable<ChangeResourceRecordSetsRequest['ChangeBatch']>['Changes']>[number];

function changed(sets: readonly ResourceRecordSet[], { Action, ResourceRecordSet: set }: One): ResourceRecordSet[] {
  if (!set) throw new CloudRefusal('InvalidInput', 'a change names a record');
  const there = sets.find((one) => keyOf(one) === keyOf(set));
  const words = `resource record set [name='${dotted(set.Name)}', type='${set.Type}']`;
  const others = sets.filter((one) => one !== there);
  if (Action === 'DELETE' && !there) throw invalid(`Tried to delete ${words} but it was not found`);
  if (Action === 'DELETE' && !isSame(there, set))
    throw invalid(`Tried to delete ${words} but the values provided do not match the current values`);
  if (Action === 'CREATE' && there) throw invalid(`Tried to create ${words} but it already exists`);
  return Action === 'DELETE' ? others : [...others, { ...set, Name: dotted(set.Name) }];
}

function invalid(message: string): CloudRefusal {
  return new CloudRefusal('InvalidChangeBatch', `[${message}]`);
}

/** Name, type, TTL and values, and what the record is routed by. */
function isSame(there: ResourceRecordSet | undefined, set: ResourceRecordSet): boolean {
  return there !== undefined && isDeepStrictEqual(comparable(there), comparable(set));
}

/** Values count in any order, and names with and without the dot. */
function comparable(set: ResourceRecordSet): object {
  const values = new Set(set.ResourceRecords?.map(({ Value }) => Value));
  return { ...set, Name: undefined, ResourceRecords: values };
}

function getChange({ Id }: GetChangeRequest, model: CloudModel, nowMs: number): GetChangeResponse {
  const made = model.changes.find((one) => one.Id === `/change/${Id}`);
  if (!made) throw new CloudRefusal('NoSuchChange', `Could not find resource with ID: ${Id}`, 404);
  return { ChangeInfo: infoOf(made, nowMs) };
}

function infoOf({ Id, atMs }: CloudModel['changes'][number], nowMs: number): ChangeInfo {
  return { Id, Status: nowMs - atMs >= SPREAD_MS ? 'INSYNC' : 'PENDING', SubmittedAt: new Date(atMs) };
}

function zoneOf({ zones }: CloudModel, id = ''): readonly ResourceRecordSet[] {
  const zone = zones[id];
  if (zone) return zone;
  throw new CloudRefusal('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
}

function keyOf({ Name = '', Type, SetIdentifier }: ResourceRecordSet): string {
  return [sortKey(Name), Type ?? '', ...(SetIdentifier === undefined ? [] : [SetIdentifier])].join(' ');
}

/** By the labels from the last one on, as ListResourceRecordSets sorts. */
function sortKey(name: string): string {
  return dotted(name).toLowerCase().split('.').toReversed().join('.');
}

function dotted(name = ''): string {
  return name.endsWith('.') ? name : `${name}.`;
}
