import type { VNode } from 'preact';
import type { ConsoleStatus } from '../console-status.ts';
import { Avatar } from './avatar.tsx';
import { HOME } from './place.ts';

type SidebarProps = {
  status: ConsoleStatus;
  current: string;
  user: string;
  open: boolean;
  go: (channel: string) => void;
  become: (user: string) => void;
};

/** Channels, the app, and who sits before the screen. */
export function Sidebar({ status, current, user, open, go, become }: SidebarProps): VNode {
  const entry = (id: string, label: VNode | string) => (
    <button key={id} type="button" class={`entry ${current === id ? 'current' : ''}`} onClick={() => go(id)}>
      {label}
    </button>
  );
  return (
    <nav class={`sidebar ${open ? 'open' : ''}`} aria-label="Workspace">
      <div class="team">{status.team.name}</div>
      <div class="sidebar-scroll">
        <h2>Channels</h2>
        {status.channels.map(({ id, name }) =>
          entry(
            id,
            <>
              <span class="hash">#</span>
              {name}
            </>,
          ),
        )}
        <h2>Apps</h2>
        {entry(
          HOME,
          <>
            <span class="dot" />
            {status.bot.name}
          </>,
        )}
      </div>
      <div class="who">
        <h2>You are</h2>
        {status.users.map(({ id, name, realName, roleLabel }) => (
          <button
            key={id}
            type="button"
            class={`person ${id === user ? 'current' : ''}`}
            aria-pressed={id === user}
            data-user={name}
            onClick={() => become(id)}
          >
            <Avatar name={realName} isBot={false} />
            <span class="person-name">{realName}</span>
            <span class={`role ${roleLabel}`}>{roleLabel}</span>
          </button>
        ))}
      </div>
    </nav>
  );
}
