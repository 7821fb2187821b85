import type { Pace } from '../pace.ts';
import { PACES } from '../limits.ts';
import type { ApiMethod } from './answer.ts';
import { botInfo, exportManifest } from './app.ts';
import { validateBlocks } from './blocks.ts';
import * as apps from './apps.ts';
import * as chat from './chat.ts';
import * as conversations from './conversations.ts';
import * as files from './files.ts';
import * as people from './people.ts';
import * as reactions from './reactions.ts';
import * as views from './views.ts';

/** How fast a method may be called: messages by channel, the rest by workspace. */
export type MethodPace = { by: 'channel' } | { by: 'workspace'; pace: Pace };
export type Method = { run: ApiMethod; pace: MethodPace; writesMessage: boolean; wantsAppToken?: true };

const tier2: MethodPace = { by: 'workspace', pace: PACES.tier2 };
const tier3: MethodPace = { by: 'workspace', pace: PACES.tier3 };
const tier4: MethodPace = { by: 'workspace', pace: PACES.tier4 };
const reads = (run: ApiMethod, pace: MethodPace): Method => ({ run, pace, writesMessage: false });
const writes = (run: ApiMethod, pace: MethodPace): Method => ({ run, pace, writesMessage: true });

/** The Web API methods that the stand-in speaks, with the tiers of https://docs.slack.dev/apis/web-api/rate-limits. */
export const METHODS: { readonly [name: string]: Method } = {
  'apps.manifest.export': reads(exportManifest, tier3),
  'apps.connections.open': { ...reads(apps.connectionsOpen, tier4), wantsAppToken: true },
  'auth.test': reads(people.authTest, tier4),
  'blocks.validate': reads(validateBlocks, tier4),
  'bots.info': reads(botInfo, tier3),
  'chat.delete': writes(chat.remove, tier3),
  'chat.getPermalink': reads(chat.getPermalink, tier4),
  'chat.postEphemeral': writes(chat.postEphemeral, tier4),
  'chat.postMessage': writes(chat.postMessage, { by: 'channel' }),
  'chat.update': writes(chat.update, tier3),
  'conversations.history': reads(conversations.history, tier3),
  'conversations.info': reads(conversations.info, tier3),
  'conversations.list': reads(conversations.list, tier2),
  'conversations.open': reads(conversations.open, tier3),
  'conversations.replies': reads(conversations.replies, tier3),
  'files.completeUploadExternal': writes(files.completeUpload, tier4),
  'files.getUploadURLExternal': reads(files.getUploadUrl, tier4),
  'files.info': reads(files.info, tier4),
  'reactions.add': writes(reactions.add, tier3),
  'reactions.remove': writes(reactions.remove, tier2),
  'usergroups.list': reads(people.userGroupList, tier2),
  'usergroups.users.list': reads(people.userGroupUsers, tier2),
  'users.info': reads(people.userInfo, tier4),
  'users.list': reads(people.userList, tier2),
  'views.open': reads(views.open, tier4),
  'views.publish': reads(views.publish, tier4),
  'views.push': reads(views.push, tier4),
  'views.update': reads(views.update, tier4),
};
