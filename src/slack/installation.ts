import type { KnownBlock, ModalView, HomeView } from '@slack/types';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';
import type { Json } from '../core/json.ts';
import { clientOptions, type SlackAccess } from './client-options.ts';
import { classify } from './thrown.ts';

/** What Slack said, or its error code (`needed`: the scope that it wants), or why it did not say anything. */
export type Asked<T> = { seen: T } | { refused: string; needed?: string } | { silent: string };

/** Who the token belongs to, and what it may do. */
export type Identity = { team: string; botUserId: string; botId: string; scopes: readonly string[] };
/** Something that Slack validates: the blocks of a message, or a view. */
export type Rendering = { blocks: readonly KnownBlock[] } | { view: ModalView | HomeView };

/** What can be seen of the installed app; nothing is changed and nothing throws. */
export type Installation = {
  /** auth.test; the granted scopes come in its header x-oauth-scopes. */
  identity(): Promise<Asked<Identity>>;
  /** Whether the bot may read a channel, by conversations.history: `not_in_channel` when it is no member. */
  reads(channel: string): Promise<Asked<'messages'>>;
  /** conversations.info: needs channels:read, which the bot does not ask for. */
  channel(channel: string): Promise<Asked<{ name: string; archived: boolean; member: boolean }>>;
  /** Ids of the user groups, disabled ones apart. */
  userGroups(): Promise<Asked<{ enabled: readonly string[]; disabled: readonly string[] }>>;
  person(user: string): Promise<Asked<{ name: string; deleted: boolean; bot: boolean }>>;
  /** The app's manifest as Slack has it; needs an app configuration token. https://docs.slack.dev/reference/methods/apps.manifest.export */
  manifest(botId: string, configToken: string): Promise<Asked<Json>>;
  /** What is wrong with it, one sentence each. https://docs.slack.dev/reference/methods/blocks.validate */
  faultsOf(rendering: Rendering): Promise<Asked<readonly string[]>>;
};

export function openInstallation(options: SlackAccess): Installation {
  const client = new WebClient(options.token, clientOptions(options, 1));
  return {
    identity: () => asked(async () => identityOf(await client.auth.test())),
    reads: (channel) =>
      asked(async () => {
        await client.conversations.history({ channel, limit: 1 });
        return 'messages' as const;
      }),
    channel: (channel) => asked(async () => channelOf(await client.conversations.info({ channel }))),
    userGroups: () => asked(async () => groupsOf(await client.usergroups.list({ include_disabled: true }))),
    person: (user) => asked(async () => personOf(await client.users.info({ user }))),
    manifest: (bot, token) => asked(async () => manifestOf(client, bot, token)),
    faultsOf: (rendering) => faults(client, rendering),
  };
}

async function asked<T>(ask: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { seen: await ask() };
  } catch (thrown) {
    return refusalOf(thrown);
  }
}

function refusalOf(thrown: unknown): { refused: string; needed?: string } | { silent: string } {
  if (thrown instanceof WebAPIPlatformError) {
    const { needed }: { needed?: unknown } = Object(thrown.data);
    return { refused: thrown.data.error, ...(typeof needed === 'string' ? { needed } : {}) };
  }
  const unsent = classify(thrown, true);
  if ('retry' in unsent) return { silent: `${unsent.reason}; ask again in ${unsent.retry} s` };
  return { silent: Object.values(unsent).join(' ') };
}

function identityOf(said: Awaited<ReturnType<WebClient['auth']['test']>>): Identity {
  const scopes: unknown = Reflect.get(said.response_metadata ?? {}, 'scopes');
  return {
    team: said.team ?? said.team_id ?? 'an unknown workspace',
    botUserId: said.user_id ?? '',
    botId: said.bot_id ?? '',
    scopes: Array.isArray(scopes) ? scopes.map(String) : [],
  };
}

function channelOf({ channel }: Awaited<ReturnType<WebClient['conversations']['info']>>) {
  return {
    name: channel?.name ?? '',
    archived: channel?.is_archived === true,
    member: channel?.is_member === true,
  };
}

function groupsOf({ usergroups = [] }: Awaited<ReturnType<WebClient['usergroups']['list']>>) {
  const ids = (isDisabled: boolean): string[] =>
    usergroups.flatMap(({ id, date_delete }) => (id !== undefined && Boolean(date_delete) === isDisabled ? [id] : []));
  return { enabled: ids(false), disabled: ids(true) };
}

function personOf({ user }: Awaited<ReturnType<WebClient['users']['info']>>) {
  return {
    name: user?.real_name ?? user?.name ?? '',
    deleted: user?.deleted === true,
    bot: user?.is_bot === true,
  };
}

async function manifestOf(client: WebClient, bot: string, token: string): Promise<Json> {
  const { bot: about } = await client.bots.info({ bot });
  const { manifest } = await client.apps.manifest.export({ app_id: about?.app_id ?? '', token });
  return JSON.parse(JSON.stringify(manifest ?? {})) as Json;
}

async function faults(client: WebClient, rendering: Rendering): Promise<Asked<readonly string[]>> {
  try {
    await client.blocks.validate('view' in rendering ? rendering : { blocks: [...rendering.blocks] });
    return { seen: [] };
  } catch (thrown) {
    const { errors }: { errors?: unknown } = Object(thrown instanceof WebAPIPlatformError ? thrown.data : undefined);
    return Array.isArray(errors) ? { seen: errors.map(faultText) } : refusalOf(thrown);
  }
}

function faultText(fault: unknown): string {
  const { pointer, message, code }: { pointer?: unknown; message?: unknown; code?: unknown } = Object(fault);
  return [pointer, message ?? code].filter((word) => typeof word === 'string').join(' ') || JSON.stringify(fault);
}
