import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ConsoleStatus } from '../console-status.ts';

type Named = { id: string; name: string };

/** Display names by id, and everybody and every channel for the menus that offer them. */
export type Names = {
  user(id: string): string;
  channel(id: string): string;
  users: readonly Named[];
  channels: readonly Named[];
  bot: string;
  botId: string;
};

const nobody: Names = { user: (id) => id, channel: (id) => id, users: [], channels: [], bot: '', botId: '' };

export const NamesContext = createContext<Names>(nobody);

export function useNames(): Names {
  return useContext(NamesContext);
}

export function namesOf(status: ConsoleStatus | undefined): Names {
  if (!status) return nobody;
  const { bot } = status;
  const users = status.users.map(({ id, realName }) => ({ id, name: realName }));
  const channels = status.channels.map(({ id, name }) => ({ id, name: `#${name}` }));
  return {
    user: (id) => (id === bot.userId ? bot.name : (users.find((one) => one.id === id)?.name ?? id)),
    channel: (id) => status.channels.find((one) => one.id === id)?.name ?? id,
    users,
    channels,
    bot: bot.name,
    botId: bot.userId,
  };
}
