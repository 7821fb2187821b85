import { createHmac, randomUUID } from 'node:crypto';

/** Signs what the bench sends; no other system knows it. */
export const signingSecret = 'bench-signing-secret';

/** A person of nightshift.yaml who may ask for both commands. */
const OMAR = 'U0OMAR';

/**
 * `/db <text>` as a function URL hands it over, signed now. Each has its own trigger id, so no two are the same request.
 * https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
 */
export function slashCommand(text: string): object {
  const body = new URLSearchParams({
    token: 'unused',
    team_id: 'T0BENCH',
    team_domain: 'bench',
    channel_id: 'C0DBALERTS',
    channel_name: 'database-alerts',
    user_id: OMAR,
    user_name: 'omar',
    command: '/db',
    text,
    api_app_id: 'A0BENCH',
    response_url: 'https://hooks.slack.com/commands/T0BENCH/1/bench',
    trigger_id: randomUUID(),
  }).toString();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers,
    requestContext: { http: { method: 'POST', path: '/' } },
    body,
    isBase64Encoded: false,
  };
}
