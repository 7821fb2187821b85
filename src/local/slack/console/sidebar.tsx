import type { VNode } from 'preact';
import type { ConsoleStatus } from '../console-status.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icon.tsx';
import { HOME } from './place.ts';
import { ThemeSwitch } from './theme.tsx';

type SidebarProps = {
  status: ConsoleStatus;
  current: string;
  user: string;
  open: boolean;
  go: (channel: string) => void;
  become: (user: string) => void;
  /** Only matters on a phone, where it lies over the channel. */
  close: () => void;
};

/** Channels, the app, and who sits before the screen. */
export function Sidebar({ status, current, user, open, go, become, close }: SidebarProps): VNode {
  const isApp = current === HOME || current.startsWith('D');
  const entry = (id: string, label: VNode | string) => (
    <button
      key={id}
      type="button"
      class={`entry ${current === id || (id === HOME && isApp) ? 'current' : ''}`}
      aria-current={current === id ? 'page' : undefined}
      onClick={() => go(id)}
    >
      {label}
    </button>
  );
  return (
    <nav
      class={`sidebar ${open ? 'open' : ''}`}
      aria-label="Workspace"
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <div class="team">
        {status.team.name} <Icon name="down" />
      </div>
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
            <Avatar name={status.bot.name} isBot />
            {status.bot.name}
          </>,
        )}
        <h2>Tools</h2>
        <a class="entry" href="/gallery">
          <Icon name="grid" /> Block gallery
        </a>
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
        <ThemeSwitch />
      </div>
    </nav>
  );
}
