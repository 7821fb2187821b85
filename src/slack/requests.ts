import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
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

const CommandBody = z.object({
  command: z.string(),
  user_id: z.string(),
  channel_id: z.string(),
  text: z._default(z.string(), ''),
  trigger_id: z.string(),
  response_url: z._default(z.string(), ''),
});

/** The body of a slash command: https://docs.slack.dev/interactivity/implementing-slash-commands */
export function readCommandRequest(body: unknown): CommandRequest | undefined {
  const form = CommandBody.safeParse(body).data;
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

const ActionsBody = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  channel: z.optional(z.object({ id: z.string() })),
  container: z.optional(
    z.object({
      message_ts: z.optional(z.string()),
      thread_ts: z.optional(z.string()),
      view_id: z.optional(z.string()),
    }),
  ),
  trigger_id: z._default(z.string(), ''),
  response_url: z._default(z.string(), ''),
  actions: z
    .array(z.object({ action_id: z.string(), action_ts: z.string(), value: z.optional(z.string()) }))
    .check(z.minLength(1)),
});

/** The payload of a click: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function readButtonClick(body: unknown): ButtonClick | undefined {
  const payload = ActionsBody.safeParse(body).data;
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

const FieldState = z.object({
  value: z.nullish(z.string()),
  selected_option: z.nullish(z.object({ value: z.string() })),
});
const SubmissionBody = z.object({
  type: z.literal('view_submission'),
  user: z.object({ id: z.string() }),
  trigger_id: z._default(z.string(), ''),
  view: z.object({
    id: z.string(),
    hash: z._default(z.string(), ''),
    callback_id: z.string(),
    private_metadata: z._default(z.string(), ''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), FieldState)) }),
  }),
});

/** The payload of a submitted modal: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function readSubmission(body: unknown): Submission | undefined {
  const payload = SubmissionBody.safeParse(body).data;
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

const HomeBody = z.object({
  event_id: z.string(),
  event: z.object({ type: z.literal('app_home_opened'), user: z.string(), tab: z._default(z.string(), 'home') }),
});

/** The event of an opened Home tab: https://docs.slack.dev/reference/events/app_home_opened */
export function readHomeOpened(body: unknown): HomeOpened | undefined {
  const payload = HomeBody.safeParse(body).data;
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
