import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../core/json.ts';

/** One sample of events/: the function that it is for, and its content. */
export type SampleEvent = { name: string; title: string; functionName: string };

type JsonObject = { [key: string]: Json };

/** The samples of a folder; a file's first word is the function that it is for. */
export function sampleEvents(folder: string): SampleEvent[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted()
    .map((name) => ({ name, title: titleOf(name), functionName: name.split('.', 1)[0] ?? '' }));
}

const shapes: Readonly<Record<string, string>> = { eventbridge: 'EventBridge', sns: 'SNS', direct: 'direct' };

/** `alarm.sns.connections.ok` is "Connections OK (SNS)". */
function titleOf(name: string): string {
  const [kind = '', ...rest] = name.split('.');
  const [shape = '', what = '', state = ''] = rest;
  const known = shapes[shape];
  if (known === undefined) return capital([kind, ...rest].join(': '));
  return `${capital(what)} ${state.toUpperCase()}`.trim() + ` (${known})`;
}

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`.replaceAll('-', ' ');
}

/** A sample as if it happened now: the same file fired twice is two events, not a repeated delivery. */
export function freshEvent(folder: string, name: string, nowMs: number): Json {
  const event = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as JsonObject;
  const now = new Date(nowMs).toISOString();
  const state = at(event, 'detail', 'state') ?? at(event, 'alarmData', 'state');
  if (state) state['timestamp'] = now.replace('Z', '+0000');
  if (typeof event['time'] === 'string') event['time'] = now;
  const detail = at(event, 'detail');
  if (typeof detail?.['Date'] === 'string') detail['Date'] = now;
  if (typeof event['scheduledAt'] === 'string') event['scheduledAt'] = now;
  for (const record of asList(event['Records'])) freshenSns(at(record, 'Sns'), now);
  return event;
}

function freshenSns(sns: JsonObject | undefined, now: string): void {
  if (!sns || typeof sns['Message'] !== 'string') return;
  const message = JSON.parse(sns['Message']) as JsonObject;
  if ('StateChangeTime' in message) message['StateChangeTime'] = now.replace('Z', '+0000');
  // RDS writes its times in UTC, with a blank and without a zone.
  if ('Event Time' in message) message['Event Time'] = now.replace('T', ' ').replace('Z', '');
  sns['Timestamp'] = now;
  sns['Message'] = JSON.stringify(message);
}

function at(value: Json | undefined, ...path: readonly string[]): JsonObject | undefined {
  let found: Json | undefined = value;
  for (const key of path) found = isObject(found) ? found[key] : undefined;
  return isObject(found) ? found : undefined;
}

function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
