import { bundleConsole } from './bundle-console.ts';
import type { Faults } from './faults.ts';
import { startServer } from './http/server.ts';
import type { SlackMessage } from './message.ts';
import type { LocalSlackOptions } from './options.ts';
import { createPeople } from './people.ts';
import type { People } from './people.ts';
import type { Sockets } from './socket/sockets.ts';
import { createWaits } from './wait-for.ts';
import type { Waits } from './wait-for.ts';
import { findChannel, openWorkspace } from './workspace.ts';

/** A Slack workspace on this machine, with its console. */
export type LocalSlack = People &
  Waits & {
    /** The console: `http://127.0.0.1:<port>`. */
    url: string;
    /** For `slackApiUrl` of the official client: ends in `/slack/api/`. */
    apiUrl: string;
    /** Every message of a channel (of all without one), oldest first, with replies and ephemeral ones. */
    messages(channel?: string): SlackMessage[];
    faults: Faults;
    /** The app's connections, where the workspace speaks Socket Mode. */
    sockets: Pick<Sockets, 'send' | 'count' | 'connected' | 'disconnect' | 'cut' | 'repeat'>;
    stop(): Promise<void>;
  };

/** Opens the workspace kept in `dataDir`, builds the console and listens; a Fault when another process holds the directory. */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const consoleFiles = await bundleConsole();
  let url = '';
  const workspace = openWorkspace(options, () => url);
  const people = createPeople(workspace);
  const server = await startServer({ workspace, people }, consoleFiles, options.port);
  url = `http://127.0.0.1:${server.port}`;
  return {
    ...people,
    ...createWaits(workspace),
    url,
    apiUrl: `${url}/slack/api/`,
    messages: (channel) =>
      workspace.messages.list(channel === undefined ? undefined : (findChannel(workspace, channel)?.id ?? channel)),
    faults: workspace.faults,
    sockets: workspace.sockets,
    stop: async () => {
      workspace.sockets.stop();
      await server.stop();
      workspace.close();
    },
  };
}
