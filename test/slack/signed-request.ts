import { createHmac } from 'node:crypto';

export const secret = 'a-signing-secret-for-tests';
export const nowMs = Date.parse('2026-11-24T03:00:00Z');

export type SignedParts = {
  secret?: string;
  /** Seconds before (negative: after) the test's now. */
  ageSeconds?: number;
  contentType?: string;
  base64?: boolean;
};

/** An event of a function URL as Slack would cause it. */
export function signedEvent(body: string, parts: SignedParts = {}) {
  const timestamp = String(Math.floor(nowMs / 1000) - (parts.ageSeconds ?? 0));
  const hmac = createHmac('sha256', parts.secret ?? secret).update(`v0:${timestamp}:${body}`);
  return {
    version: '2.0',
    rawPath: '/',
    headers: {
      'Content-Type': parts.contentType ?? 'application/x-www-form-urlencoded',
      'X-Slack-Request-Timestamp': timestamp,
      'X-Slack-Signature': `v0=${hmac.digest('hex')}`,
    },
    body: parts.base64 ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: parts.base64 ?? false,
  };
}

export type CommandFields = { text?: string; trigger?: string; responseUrl?: string; command?: string };

/** The form body of `/db <text>`. */
export function commandBody(fields: CommandFields = {}): string {
  return new URLSearchParams({
    command: fields.command ?? '/db',
    text: fields.text ?? '',
    user_id: 'U0OMAR',
    channel_id: 'C0DBALERTS',
    team_id: 'T0NIGHT',
    trigger_id: fields.trigger ?? 'trigger-1',
    response_url: fields.responseUrl ?? '',
  }).toString();
}

/** The form body of a click. */
export function clickBody(fields: {
  value?: string;
  actionId?: string;
  actionTs?: string;
  responseUrl?: string;
}): string {
  const action = {
    type: 'button',
    action_id: fields.actionId ?? 'do:end#0',
    block_id: 'b',
    action_ts: fields.actionTs ?? '1790000000.000100',
    ...(fields.value === undefined ? {} : { value: fields.value }),
  };
  return payloadBody({
    type: 'block_actions',
    user: { id: 'U0OMAR', team_id: 'T0NIGHT' },
    team: { id: 'T0NIGHT' },
    channel: { id: 'C0DBALERTS' },
    container: { type: 'message', message_ts: '1790000000.000001', channel_id: 'C0DBALERTS' },
    trigger_id: 'trigger-2',
    response_url: fields.responseUrl ?? '',
    actions: [action],
  });
}

export type FormFields = { metadata: string; values: Record<string, string>; callbackId?: string };

/** The form body of a submitted modal; `values` by block id. */
export function formBody({ metadata, values, callbackId }: FormFields): string {
  const state = Object.fromEntries(
    Object.entries(values).map(([block, value]) => [block, { [block]: { type: 'plain_text_input', value } }]),
  );
  return payloadBody({
    type: 'view_submission',
    user: { id: 'U0OMAR', team_id: 'T0NIGHT' },
    team: { id: 'T0NIGHT' },
    trigger_id: 'trigger-3',
    view: {
      id: 'V1',
      hash: 'h1',
      type: 'modal',
      callback_id: callbackId ?? 'nightshift-form',
      private_metadata: metadata,
      state: { values: state },
    },
  });
}

/** The form body of any interaction. */
export function payloadBody(payload: object): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}
