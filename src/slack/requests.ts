import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { decodeButtonValue, type ButtonValue } from './button-value.ts';

/** A typed `/db …`. `claimKey` is the same for every delivery of the same act of a person: runs are named after it. */
export type CommandRequest = {
  command: string;
  user: string;
  channel: string;
  text: string;
  triggerId: string;
  responseUrl: string;
  claimKey: string;
};
/** A click. `value` is undefined when the button is not one that this version makes. */
export type ButtonClick = {
  user: string;
  /** Empty when the button is in App Home. */
  channel: string;
  messageTs: string;
  threadTs?: string;
  actionId: string;
  value: ButtonValue | undefined;
  triggerId: string;
  responseUrl: string;
  claimKey: string;
};
/** A click whose value is known to be ours. */
export type ButtonRequest = Omit<ButtonClick, 'value'> & { value: ButtonValue };
/** A submitted modal, as Slack sends it; `readForm` makes arguments of it. */
export type Submission = {
  user: string;
  callbackId: string;
  privateMetadata: string;
  /** The chosen or typed text by block id. */
  values: Readonly<Record<string, string>>;
  triggerId: string;
  claimKey: string;
};
/** Somebody opened the app's Home tab. */
export type HomeOpened = { user: string; claimKey: string };

const CommandBody = v.object({
  command: v.string(),
  user_id: v.string(),
  channel_id: v.string(),
  text: v.optional(v.string(), ''),
  trigger_id: v.string(),
  response_url: v.optional(v.string(), ''),
});

/** The body of a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands */
export function readCommandRequest(body: unknown): CommandRequest | undefined {
  const form = shaped(CommandBody, body);
  if (!form) return undefined;
  return {
    command: form.command,
    user: form.user_id,
    channel: form.channel_id,
    text: form.text,
    triggerId: form.trigger_id,
    responseUrl: form.response_url,
    claimKey: `command:${form.trigger_id}`,
  };
}

const ActionsBody = v.object({
  type: v.literal('block_actions'),
  user: v.object({ id: v.string() }),
  channel: v.optional(v.object({ id: v.string() })),
  container: v.optional(
    v.object({
      message_ts: v.optional(v.string()),
      thread_ts: v.optional(v.string()),
      view_id: v.optional(v.string()),
    }),
  ),
  trigger_id: v.optional(v.string(), ''),
  response_url: v.optional(v.string(), ''),
  actions: v.pipe(
    v.array(v.object({ action_id: v.string(), action_ts: v.string(), value: v.optional(v.string()) })),
    v.minLength(1),
  ),
});

/** The payload of a click: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function readButtonClick(body: unknown): ButtonClick | undefined {
  const payload = shaped(ActionsBody, body);
  const action = payload?.actions[0];
  if (!payload || !action) return undefined;
  const messageTs = payload.container?.message_ts ?? payload.container?.view_id ?? '';
  const threadTs = payload.container?.thread_ts;
  return {
    user: payload.user.id,
    channel: payload.channel?.id ?? '',
    messageTs,
    ...(threadTs === undefined ? {} : { threadTs }),
    actionId: action.action_id,
    value: decodeButtonValue(action.value),
    triggerId: payload.trigger_id,
    responseUrl: payload.response_url,
    claimKey: `button:${action.action_ts}:${action.action_id}:${messageTs}`,
  };
}

const FieldState = v.object({
  value: v.nullish(v.string()),
  selected_option: v.nullish(v.object({ value: v.string() })),
});
const SubmissionBody = v.object({
  type: v.literal('view_submission'),
  user: v.object({ id: v.string() }),
  trigger_id: v.optional(v.string(), ''),
  view: v.object({
    id: v.string(),
    hash: v.optional(v.string(), ''),
    callback_id: v.string(),
    private_metadata: v.optional(v.string(), ''),
    state: v.object({ values: v.record(v.string(), v.record(v.string(), FieldState)) }),
  }),
});

/** The payload of a submitted modal: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function readSubmission(body: unknown): Submission | undefined {
  const payload = shaped(SubmissionBody, body);
  if (!payload) return undefined;
  const { view } = payload;
  const values: Record<string, string> = {};
  for (const [blockId, elements] of Object.entries(view.state.values)) {
    const field = Object.values(elements)[0];
    values[blockId] = field?.selected_option?.value ?? field?.value ?? '';
  }
  // A view keeps its hash while a person corrects its fields, so the answers are part of the key.
  const answers = createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16);
  return {
    user: payload.user.id,
    callbackId: view.callback_id,
    privateMetadata: view.private_metadata,
    values,
    triggerId: payload.trigger_id,
    claimKey: `form:${view.id}:${view.hash}:${answers}`,
  };
}

const HomeBody = v.object({
  event_id: v.string(),
  event: v.object({ type: v.literal('app_home_opened'), user: v.string(), tab: v.optional(v.string(), 'home') }),
});

/** The event of an opened Home tab: https://docs.slack.dev/reference/events/app_home_opened */
export function readHomeOpened(body: unknown): HomeOpened | undefined {
  const payload = shaped(HomeBody, body);
  if (!payload || payload.event.tab !== 'home') return undefined;
  return { user: payload.event.user, claimKey: `event:${payload.event_id}` };
}

/** The payload inside a raw body, whatever its content type; undefined when it is not readable. */
export function readBody(body: string): unknown {
  try {
    if (body.trimStart().startsWith('{')) return JSON.parse(body) as unknown;
    const form = Object.fromEntries(new URLSearchParams(body));
    const payload = form['payload'];
    return payload === undefined ? form : (JSON.parse(payload) as unknown);
  } catch {
    return undefined;
  }
}

function shaped<T>(shape: v.GenericSchema<unknown, T>, body: unknown): T | undefined {
  const read = v.safeParse(shape, body);
  return read.success ? read.output : undefined;
}
