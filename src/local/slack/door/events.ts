import { randomBytes } from 'node:crypto';
import { wireView } from '../api/views.ts';
import type { JsonObject } from '../json-fields.ts';
import { LIMITS } from '../limits.ts';
import type { SlackUser } from '../options.ts';
import { directChannel } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './deliver.ts';

/** The first try of an event, and how it ended after its repeats. */
export type SentEvent = { first: Promise<Delivery>; settled: Promise<Delivery> };

/**
 * Sends an event and repeats it up to three times until it is acknowledged, with the headers that say so
 * (https://docs.slack.dev/apis/events-api#retries).
 */
export function sendEvent(workspace: Workspace, event: JsonObject): SentEvent {
  const { options, bot, clock } = workspace;
  const body = JSON.stringify({
    token: 'unused',
    team_id: options.team.id,
    api_app_id: bot.appId,
    event: { ...event, event_ts: (clock() / 1000).toFixed(6) },
    type: 'event_callback',
    event_id: `Ev${randomBytes(5).toString('hex').toUpperCase()}`,
    event_time: Math.floor(clock() / 1000),
    authorizations: [{ enterprise_id: null, team_id: options.team.id, user_id: bot.userId, is_bot: true }],
  });
  const first = deliver(workspace, { contentType: 'application/json', body });
  return { first, settled: first.then((delivery) => repeat(workspace, body, delivery, 1)) };
}

/** Tells the app that a person opened its home; what it published before goes with it (https://docs.slack.dev/reference/events/app_home_opened). */
export function openHome(workspace: Workspace, user: SlackUser, tab: 'home' | 'messages'): Promise<Delivery> {
  const event = { type: 'app_home_opened', user: user.id, channel: directChannel(user.id), tab };
  const view = tab === 'home' ? workspace.views.home(user.id) : undefined;
  return sendEvent(workspace, view ? { ...event, view: wireView(workspace, view) } : event).first;
}

async function repeat(workspace: Workspace, body: string, last: Delivery, attempt: number): Promise<Delivery> {
  const delays = workspace.options.eventRetryDelaysMs ?? LIMITS.eventRetryDelaysMs;
  const delayMs = delays[attempt - 1];
  if (!('error' in last) || last.noRetry || delayMs === undefined) return last;
  await workspace.pause(delayMs);
  if (workspace.stopping.aborted) return last;
  const reason = last.error === 'operation_timeout' ? 'http_timeout' : 'http_error';
  const headers = { 'x-slack-retry-num': String(attempt), 'x-slack-retry-reason': reason };
  return repeat(
    workspace,
    body,
    await deliver(workspace, { contentType: 'application/json', body, headers }),
    attempt + 1,
  );
}
