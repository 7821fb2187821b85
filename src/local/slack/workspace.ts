import { setTimeout } from 'node:timers/promises';
import { createChanges } from './changes.ts';
import type { Changes } from './changes.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import type { LocalSlackOptions, SlackChannel, SlackUser } from './options.ts';
import { createPaces } from './pace.ts';
import type { Paces } from './pace.ts';
import { createFiles } from './store/files.ts';
import type { Files } from './store/files.ts';
import { createMessages } from './store/messages.ts';
import type { Messages } from './store/messages.ts';
import { createSockets } from './socket/sockets.ts';
import type { Sockets } from './socket/sockets.ts';
import { openStore } from './store/open.ts';
import { createResponseUrls } from './store/response-urls.ts';
import type { ResponseUrls } from './store/response-urls.ts';
import { createViews } from './store/views.ts';
import type { Views } from './store/views.ts';
import { createSuggestions } from './suggestions.ts';
import type { Suggestions } from './suggestions.ts';
import { createTriggers } from './triggers.ts';
import type { Triggers } from './triggers.ts';

/** Everything that the stand-in knows; its doors (Web API, control API, console) all work on this. */
export type Workspace = {
  options: LocalSlackOptions;
  clock: () => number;
  bot: { userId: string; botId: string; appId: string; name: string };
  changes: Changes;
  faults: Faults;
  paces: Paces;
  messages: Messages;
  views: Views;
  files: Files;
  responseUrls: ResponseUrls;
  triggers: Triggers;
  sockets: Sockets;
  suggestions: Suggestions;
  /** Where Slack itself is reached; known once the server listens. */
  url: () => string;
  /** Aborted when the stand-in stops. */
  stopping: AbortSignal;
  /** Waits; ends early when the stand-in stops, and keeps no process alive. */
  pause(ms: number): Promise<void>;
  close(): void;
};

export function openWorkspace(options: LocalSlackOptions, url: () => string): Workspace {
  const clock = options.clock ?? Date.now;
  const database = openStore(options.dataDir);
  const changes = createChanges();
  const stopped = new AbortController();
  const bot = { userId: 'U0NIGHTSHIFT', botId: 'B0NIGHTSHIFT', appId: 'A0NIGHTSHIFT', name: 'Nightshift' };
  const faults = createFaults(() => changes.publish({ kind: 'status' }));
  const sockets = createSockets(bot.appId, () => faults.now().outage === false);
  return {
    options,
    clock,
    bot,
    changes,
    faults,
    paces: createPaces(clock),
    messages: createMessages(database, changes, clock),
    views: createViews(database, changes, clock),
    files: createFiles(database, clock),
    responseUrls: createResponseUrls(database, clock),
    triggers: createTriggers(clock, options.acknowledgeWithinMs),
    sockets,
    suggestions: createSuggestions(),
    url,
    stopping: stopped.signal,
    pause: (ms) => setTimeout(ms, undefined, { ref: false, signal: stopped.signal }).catch(() => undefined),
    close: () => {
      stopped.abort();
      sockets.stop();
      if (database.isOpen) database.close();
    },
  };
}

/** A person by id or handle. */
export function findUser({ options }: Workspace, idOrName: string): SlackUser | undefined {
  return options.users.find(({ id, name }) => id === idOrName || name === idOrName.replace(/^@/, ''));
}

/** A channel by id or name; a person's id names the direct messages between that person and the bot. */
export function findChannel(workspace: Workspace, idOrName: string): SlackChannel | undefined {
  const { channels, users } = workspace.options;
  const channel = channels.find(
    ({ id, name }) => id === idOrName || name.replace(/^#/, '') === idOrName.replace(/^#/, ''),
  );
  if (channel) return { ...channel, name: channel.name.replace(/^#/, '') };
  const user = users.find(({ id }) => id === idOrName || directChannel(id) === idOrName);
  return user && { id: directChannel(user.id), name: 'directmessage' };
}

export function directChannel(userId: string): string {
  return `D${userId.slice(1)}`;
}
