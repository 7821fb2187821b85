import type { AppsManifestValidateArguments } from '@slack/web-api';
import type { OperationSummary } from '../core/operation.ts';

/** https://docs.slack.dev/reference/app-manifest */
export type SlackManifest = AppsManifestValidateArguments['manifest'];

/** The least that the bot needs; the history scopes find a message again whose answer from Slack was lost. */
export const botScopes = [
  'commands',
  'chat:write',
  'files:write',
  'users:read',
  'usergroups:read',
  'im:write',
  'channels:history',
  'groups:history',
] as const;

/** Slack's limit for a usage hint, in characters: https://docs.slack.dev/reference/app-manifest */
const usageHintCharacters = 1_000;

/**
 * The Slack app as a manifest, to be pasted at https://api.slack.com/apps. `url` is the function URL of the Slack function;
 * without one Slack comes through Socket Mode. The one command's hint lists the verbs, so it follows the operations.
 */
export function slackManifest(about: {
  url?: string;
  operations: readonly Pick<OperationSummary, 'id'>[];
}): SlackManifest {
  const { url, operations } = about;
  const request = url === undefined ? {} : { request_url: url };
  const verbs = operations.map(({ id }) => id).join(' | ');
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Nightshift',
      description: 'The database on-call bot for PostgreSQL and Redis',
      background_color: '#1f2a44',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: false, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'nightshift', always_online: true },
      slash_commands: [
        {
          command: '/db',
          ...(url === undefined ? {} : { url }),
          description: 'Look after the databases; alone it shows them all',
          usage_hint: `[${verbs}] [target]`.slice(0, usageHintCharacters),
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: [...botScopes] } },
    settings: {
      event_subscriptions: { ...request, bot_events: ['app_home_opened'] },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}
