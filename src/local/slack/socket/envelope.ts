import type { JsonObject } from '../json-fields.ts';
import { isObject, parseJson } from '../json-fields.ts';
import type { SlackRequest } from '../door/function-url.ts';

/** What travels to the app: https://docs.slack.dev/apis/events-api/using-socket-mode#events, without its envelope_id. */
export type Envelope = {
  type: 'slash_commands' | 'interactive' | 'events_api';
  payload: JsonObject;
  accepts_response_payload: boolean;
  retry_attempt?: number;
  retry_reason?: string;
};

/** The same facts that a signed request carries, as a socket carries them. */
export function envelopeOf({ contentType, body, headers = {} }: SlackRequest): Envelope {
  if (contentType === 'application/json') {
    const event = { type: 'events_api', payload: objectOf(body), accepts_response_payload: false } as const;
    const attempt = Number(headers['x-slack-retry-num'] ?? 0);
    return { ...event, retry_attempt: attempt, retry_reason: headers['x-slack-retry-reason'] ?? '' };
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  if (form['payload'] === undefined) return { type: 'slash_commands', payload: form, accepts_response_payload: true };
  const payload = objectOf(form['payload']);
  const answers = payload['type'] === 'view_submission' || payload['type'] === 'block_suggestion';
  return { type: 'interactive', payload, accepts_response_payload: answers };
}

function objectOf(text: string): JsonObject {
  const value = parseJson(text);
  return isObject(value) ? value : {};
}
