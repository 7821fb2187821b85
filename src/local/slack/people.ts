import { Fault } from '../../core/errors.ts';
import { clickInMessage, clickInView } from './door/click.ts';
import type { Click, ClickResult } from './door/click.ts';
import { sendCommand } from './door/command.ts';
import type { Acknowledgement } from './door/command.ts';
import type { Delivery } from './door/deliver.ts';
import { openHome } from './door/events.ts';
import { say } from './door/say.ts';
import { closeView, submitView } from './door/submit.ts';
import type { SubmitResult } from './door/submit.ts';
import type { Values } from './door/find-element.ts';
import { suggest } from './door/suggest.ts';
import type { MenuQuery, SuggestResult } from './door/suggest.ts';
import type { SlackMessage, SlackView } from './message.ts';
import type { SlackChannel, SlackUser } from './options.ts';
import { findChannel, findUser } from './workspace.ts';
import type { Workspace } from './workspace.ts';

type Place = { messageTs: string } | { viewId: string };
export type ClickRequest = Place & Click & { user: string };
export type MenuRequest = Place & MenuQuery & { user: string };

/** What a person can do in Slack. People and channels go by id or name; an unknown one is a Fault `invalid_request`. */
export type People = {
  /** `text` with or without the leading `/db`. */
  command(user: string, channel: string, text: string): Promise<{ ack: Acknowledgement }>;
  /** Writes a plain message. */
  say(user: string, channel: string, text: string, threadTs?: string): Promise<SlackMessage>;
  click(request: ClickRequest): Promise<ClickResult>;
  /** Opens or searches a menu whose options come from the app. */
  suggest(request: MenuRequest): Promise<SuggestResult>;
  submit(request: { user: string; viewId: string; values: Values }): Promise<SubmitResult>;
  /** Closes a modal with its cross. */
  close(request: { user: string; viewId: string }): Promise<{ closed: true }>;
  /** Opens the app's Home tab, or its Messages tab. */
  openHome(user: string, tab?: 'home' | 'messages'): Promise<Delivery>;
};

export function createPeople(workspace: Workspace): People {
  return {
    command: async (user, channel, text) => {
      const words = text.startsWith('/') ? text : `/db ${text}`;
      const command = words.split(/\s/, 1)[0] ?? '/db';
      const rest = words.slice(command.length).trim();
      const who = { user: knownUser(workspace, user), channel: knownChannel(workspace, channel) };
      return { ack: await sendCommand(workspace, { ...who, command, text: rest }) };
    },
    say: (user, channel, text, threadTs) =>
      say(workspace, { user: knownUser(workspace, user), channel: knownChannel(workspace, channel), text, threadTs }),
    click: async (request) => {
      const user = knownUser(workspace, request.user);
      if ('viewId' in request) return clickInView(workspace, user, request.viewId, request);
      const message = findMessage(workspace, request.messageTs);
      return message ? clickInMessage(workspace, user, message, request) : { error: 'message_not_found' };
    },
    suggest: async (request) => {
      const user = knownUser(workspace, request.user);
      if ('viewId' in request) return suggest(workspace, user, { view: knownView(workspace, request.viewId) }, request);
      const message = findMessage(workspace, request.messageTs);
      return message ? suggest(workspace, user, { message }, request) : { error: 'action_not_found' };
    },
    submit: async ({ user, viewId, values }) =>
      submitView(workspace, knownUser(workspace, user), knownView(workspace, viewId), values),
    close: async ({ user, viewId }) => {
      await closeView(workspace, knownUser(workspace, user), knownView(workspace, viewId), false);
      return { closed: true };
    },
    openHome: async (user, tab = 'home') => openHome(workspace, knownUser(workspace, user), tab),
  };
}

function findMessage(workspace: Workspace, messageTs: string): SlackMessage | undefined {
  return workspace.messages.list().find(({ ts }) => ts === messageTs);
}

function knownUser(workspace: Workspace, idOrName: string): SlackUser {
  const user = findUser(workspace, idOrName);
  if (!user) throw new Fault('invalid_request', `no user ${idOrName}`);
  return user;
}

function knownChannel(workspace: Workspace, idOrName: string): SlackChannel {
  const channel = findChannel(workspace, idOrName);
  if (!channel) throw new Fault('invalid_request', `no channel ${idOrName}`);
  return channel;
}

function knownView(workspace: Workspace, id: string): SlackView {
  const view = workspace.views.find(id);
  if (!view) throw new Fault('invalid_request', `no view ${id}`);
  return view;
}
