import type { JsonObject } from '../json-fields.ts';
import type { SlackUser } from '../options.ts';
import type { Workspace } from '../workspace.ts';
import { deliver } from './deliver.ts';
import type { Delivery } from './deliver.ts';

/** Sends an interaction payload as Slack does: a form with one field (https://docs.slack.dev/reference/interaction-payloads). */
export function sendInteraction(workspace: Workspace, user: SlackUser, payload: JsonObject): Promise<Delivery> {
  const { options, bot } = workspace;
  const full = {
    token: 'unused',
    api_app_id: bot.appId,
    team: { id: options.team.id, domain: options.team.domain },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: user.id, username: user.name, name: user.name, team_id: options.team.id },
    ...payload,
  };
  const body = new URLSearchParams({ payload: JSON.stringify(full) }).toString();
  return deliver(workspace, { contentType: 'application/x-www-form-urlencoded', body });
}
