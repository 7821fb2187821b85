import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { Fault } from '../core/errors.ts';
import type { Key } from './keys.ts';
import {
  livingItem,
  nowSeconds,
  wholeRange,
  type Attributes,
  type Clock,
  type Decision,
  type Item,
  type Range,
  type StateTable,
} from './table.ts';
import { asTableFault, isConditionFailure } from './table-fault.ts';

export type TableOptions = {
  tableName: string;
  endpoint?: string;
  region?: string;
  now?: Clock;
  /** How long a connection may be silent, in milliseconds; 5000 when absent. A table in this very process answers when it is let. */
  silenceMs?: number;
};
type Store = { client: DynamoDBDocumentClient; tableName: string; now: Clock };
type Condition = { expression: string; values?: Record<string, unknown> };

const attemptsAtDecision = 50;
// Without these the SDK waits for ever. `requestTimeout` counts the wait for a free socket too, so it leaves room for a crowd.
const patience = (silenceMs: number) => ({
  socketTimeout: silenceMs,
  requestTimeout: 2 * silenceMs,
  throwOnRequestTimeout: true,
});

/**
 * The state table in DynamoDB. Credentials come from the SDK's own chain; nothing is sent before the first call. Items are
 * looked at before they are believed, because AWS deletes what has expired days late and the local table not at all.
 *
 * Every write is one conditional put of one item that carries a decision id. A put whose answer got lost is repeated by the
 * SDK and then fails its own condition; the item is read, and our decision id in it says that it was us.
 */
export function openDynamodbTable(options: TableOptions): StateTable {
  const { tableName, endpoint, region, now = Date.now, silenceMs = 5000 } = options;
  const base = new DynamoDBClient({
    requestHandler: patience(silenceMs),
    maxAttempts: 3,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  const store = { client, tableName, now };
  return {
    now,
    get: async (key) => livingItem(await readItem(store, key), now),
    putNew: (key, attributes) => putNew(store, key, attributes),
    decide: (key, decide) => decideOnItem(store, key, decide),
    query: (pk, range) => queryItems(store, pk, range ?? {}),
  };
}

async function putNew(store: Store, key: Key, attributes: Attributes): Promise<boolean> {
  const item = { ...attributes, ...key, version: 1, decision: randomUUID() };
  const condition = {
    expression: 'attribute_not_exists(pk) OR #ttl <= :now',
    values: { ':now': nowSeconds(store.now) },
  };
  if (await putItem(store, item, condition)) return true;
  const found = await readItem(store, key);
  return found?.['decision'] === item.decision;
}

async function decideOnItem<A>(store: Store, key: Key, decide: (item: Item | undefined) => Decision<A>): Promise<A> {
  const decision = randomUUID();
  let found = await readItem(store, key);
  for (let attempt = 1; attempt <= attemptsAtDecision; attempt++) {
    const { answer, write } = decide(livingItem(found, store.now));
    if (write === undefined) return answer;
    const version = (found?.version ?? 0) + 1;
    if (await putItem(store, { ...write, ...key, version, decision }, unchangedSince(found))) return answer;
    found = await readItem(store, key);
    // If somebody has decided after us already, we decide again: every decision here then says no, or the same as before.
    if (found?.['decision'] === decision) return answer;
    await pause(Math.random() * Math.min(10 * attempt, 100));
  }
  throw new Fault('conflict', `Others changed ${key.pk} at the same moment, ${attemptsAtDecision} times in a row.`);
}

function unchangedSince(found: Item | undefined): Condition {
  if (found === undefined) return { expression: 'attribute_not_exists(pk)' };
  return { expression: '#version = :version', values: { ':version': found.version } };
}

async function putItem(store: Store, item: Item, condition: Condition): Promise<boolean> {
  const command = new PutCommand({
    TableName: store.tableName,
    Item: item,
    ConditionExpression: condition.expression,
    ...namesIn(condition.expression),
    ...(condition.values === undefined ? {} : { ExpressionAttributeValues: condition.values }),
  });
  try {
    await store.client.send(command);
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw asTableFault(error, store.tableName);
  }
}

/** `ttl` is a reserved word of DynamoDB, and unused names are refused. */
function namesIn(expression: string): { ExpressionAttributeNames?: Record<string, string> } {
  const names = expression.match(/#\w+/g);
  return names === null
    ? {}
    : { ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])) };
}

async function readItem(store: Store, key: Key): Promise<Item | undefined> {
  const command = new GetCommand({ TableName: store.tableName, Key: key, ConsistentRead: true });
  try {
    const { Item: found } = await store.client.send(command);
    return found === undefined ? undefined : asItem(found);
  } catch (error) {
    throw asTableFault(error, store.tableName);
  }
}

async function queryItems(store: Store, pk: string, range: Range): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await queryPage(store, pk, range, start);
    items.push(...page.items.filter((item) => livingItem(item, store.now) !== undefined));
    start = page.next;
  } while (start !== undefined && items.length < (range.limit ?? Number.POSITIVE_INFINITY));
  return items.slice(0, range.limit);
}

type Page = { items: Item[]; next: Record<string, unknown> | undefined };

async function queryPage(store: Store, pk: string, range: Range, start: Page['next']): Promise<Page> {
  const command = new QueryCommand({
    TableName: store.tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': pk, ':from': range.from ?? wholeRange.from, ':to': range.to ?? wholeRange.to },
    ScanIndexForward: range.newestFirst !== true,
    ...(range.limit === undefined ? {} : { Limit: range.limit }),
    ...(start === undefined ? {} : { ExclusiveStartKey: start }),
  });
  try {
    const { Items, LastEvaluatedKey } = await store.client.send(command);
    return { items: (Items ?? []).map(asItem), next: LastEvaluatedKey };
  } catch (error) {
    throw asTableFault(error, store.tableName);
  }
}

function asItem(found: Record<string, unknown>): Item {
  const { pk, sk, version, ttl } = found;
  if (typeof pk !== 'string' || typeof sk !== 'string' || typeof version !== 'number')
    throw new Fault('bug', 'The state table holds an item that Nightshift did not write.');
  return { ...found, pk, sk, version, ttl: typeof ttl === 'number' ? ttl : undefined };
}
