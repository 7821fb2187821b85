import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault, asFault } from '../../../core/errors.ts';
import type { People } from '../people.ts';
import { isObject, parseJson, textAt } from '../json-fields.ts';
import type { JsonObject } from '../json-fields.ts';
import { statusOf } from '../status.ts';
import { findChannel } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { readBody } from './body.ts';
import { readFaults } from './read-faults.ts';
import { replyJson } from './reply.ts';
import { serveStream } from './stream.ts';

export type Control = { workspace: Workspace; people: People };

/** The control API, which the console and the tests use. False when the path is none of its. */
export async function serveControl(
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<boolean> {
  const [, place, name = '', rest = ''] = url.pathname.split('/');
  if (place !== 'api') return false;
  if (request.method === 'GET' && name === 'stream') serveStream(control.workspace, response);
  else {
    const body = request.method === 'POST' ? await readObject(request) : undefined;
    try {
      const answer = body ? await change(control, name, rest, body) : await look(control, name, url.searchParams);
      replyJson(response, answer ? 200 : 404, answer ?? { error: `no such call: ${request.method} ${url.pathname}` });
    } catch (thrown) {
      const { code, message } = asFault(thrown);
      replyJson(response, code === 'invalid_request' ? 400 : 500, { error: message });
    }
  }
  return true;
}

async function look({ workspace }: Control, name: string, query: URLSearchParams): Promise<object | undefined> {
  if (name === 'status') return statusOf(workspace);
  if (name === 'messages') {
    const channel = query.get('channel');
    const known = channel === null ? undefined : findChannel(workspace, channel);
    if (channel !== null && !known) throw new Fault('invalid_request', `no channel ${channel}`);
    return { messages: workspace.messages.list(known?.id) };
  }
  if (name === 'view') {
    const user = query.get('user') ?? '';
    return { modal: workspace.views.top(user) ?? null, home: workspace.views.home(user) ?? null };
  }
  return undefined;
}

async function change(
  { workspace, people }: Control,
  name: string,
  rest: string,
  body: JsonObject,
): Promise<object | undefined> {
  const text = (key: string): string => textAt(body, key) ?? wants(key);
  switch (name) {
    case 'command':
      return people.command(text('user'), text('channel'), text('text'));
    case 'say':
      return people.say(text('user'), text('channel'), text('text'), textAt(body, 'threadTs'));
    case 'action':
      return people.click({
        ...placeOf(body),
        user: text('user'),
        actionId: text('actionId'),
        blockId: textAt(body, 'blockId'),
        value: textAt(body, 'value'),
        values: valuesOf(body),
      });
    case 'suggest':
      return people.suggest({
        ...placeOf(body),
        user: text('user'),
        actionId: text('actionId'),
        blockId: textAt(body, 'blockId'),
        query: textAt(body, 'query') ?? '',
      });
    case 'view':
      return people.submit({ user: text('user'), viewId: text('viewId'), values: valuesOf(body) });
    case 'close':
      return people.close({ user: text('user'), viewId: text('viewId') });
    case 'home':
      return people.openHome(text('user'), body['tab'] === 'messages' ? 'messages' : 'home');
    case 'event':
      return fire(workspace, text('name'));
    case 'drill':
      return turn(workspace, rest, body['on']);
    case 'faults':
      workspace.faults.set(readFaults(body));
      return workspace.faults.now();
    default:
      return undefined;
  }
}

async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const body = parseJson((await readBody(request)).toString('utf8'));
  return isObject(body) ? body : {};
}

function placeOf(body: JsonObject): { messageTs: string } | { viewId: string } {
  const viewId = textAt(body, 'viewId');
  return viewId === undefined ? { messageTs: textAt(body, 'messageTs') ?? wants('messageTs') } : { viewId };
}

function valuesOf(body: JsonObject): { [name: string]: string } {
  const values = body['values'];
  if (!isObject(values)) return {};
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

async function fire({ options }: Workspace, name: string): Promise<object> {
  if (!options.sendEvent || !options.events?.some((event) => event.name === name)) {
    throw new Fault('invalid_request', `no event ${name}`);
  }
  await options.sendEvent(name);
  return { fired: name };
}

async function turn({ options, changes }: Workspace, name: string, on: unknown): Promise<object> {
  const drill = options.drills?.find((one) => one.name === name);
  if (!drill) throw new Fault('invalid_request', `no drill ${name}`);
  if (typeof on !== 'boolean') wants('on');
  await (on ? drill.on() : drill.off());
  changes.publish({ kind: 'status' });
  return { name, on: await drill.isOn() };
}

function wants(key: string): never {
  throw new Fault('invalid_request', `the body needs "${key}"`);
}
