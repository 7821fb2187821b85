import { slackManifest } from '../../../slack/manifest.ts';
import type { JsonObject } from '../json-fields.ts';
import type { Workspace } from '../workspace.ts';
import { bad, good } from './answer.ts';
import type { ApiMethod } from './answer.ts';

/** The scopes that the installed app was given: those of its manifest, unless the options say otherwise. */
export function grantedScopes({ options }: Workspace): readonly string[] {
  return options.app?.scopes ?? slackManifest({ url: '', operations: [] }).oauth_config?.scopes?.bot ?? [];
}

/** https://docs.slack.dev/reference/methods/bots.info */
export const botInfo: ApiMethod = ({ bot }, given) =>
  given['bot'] === bot.botId
    ? good({ bot: { id: bot.botId, app_id: bot.appId, name: bot.name, user_id: bot.userId, deleted: false } })
    : bad('bot_not_found');

/** https://docs.slack.dev/reference/methods/apps.manifest.export; its token is not the bot's. */
export const exportManifest: ApiMethod = ({ bot, options }, given) => {
  if (given['app_id'] !== bot.appId) return bad('app_not_found');
  return good({ manifest: JSON.parse(JSON.stringify(options.app?.manifest ?? {})) as JsonObject });
};
