import type { VNode } from 'preact';
import type { ConsoleStatus } from '../console-status.ts';
import type { SlackMessage } from '../message.ts';
import { actionsOf } from './actions.ts';
import { AppTabs } from './app-tabs.tsx';
import { Avatar } from './avatar.tsx';
import { Composer } from './composer.tsx';
import { EmptyChannel } from './empty-channel.tsx';
import { FleetLine } from './fleet-line.tsx';
import { Home } from './home.tsx';
import { Icon } from './icon.tsx';
import { MessageList } from './message-list.tsx';
import type { MessageProps } from './message.tsx';
import { useNames } from './names.ts';
import { HOME } from './place.ts';
import { channelMessages, threadMessages } from './state.ts';
import type { ConsoleState } from './state.ts';

type ChannelProps = {
  state: ConsoleState;
  status: ConsoleStatus;
  channel: string;
  user: string;
  actionsFor: MessageProps['actionsFor'];
  send: (text: string) => Promise<void>;
  fail: (why: string) => void;
  go: (channel: string) => void;
  openMenu: () => void;
  openThread: (message: SlackMessage) => void;
  toggleDrills: () => void;
};

/** The middle: a channel with its composer, or the app's home. */
export function ChannelPane(props: ChannelProps): VNode {
  const { state, status, channel, user, go } = props;
  const drillsOn = status.drills.filter(({ on }) => on).length;
  const isApp = channel === HOME || channel.startsWith('D');
  return (
    <main class="channel">
      <header class="channel-head">
        <button type="button" class="icon menu-button" aria-label="Menu" onClick={props.openMenu}>
          <Icon name="menu" />
        </button>
        <ChannelTitle channel={channel} isApp={isApp} />
        {!isApp && <Members status={status} />}
        <button type="button" class={`drills-button ${drillsOn > 0 ? 'alarmed' : ''}`} onClick={props.toggleDrills}>
          Drills {drillsOn > 0 && <b>{drillsOn}</b>}
        </button>
      </header>
      {isApp && <AppTabs state={state} user={user} channel={channel} go={go} />}
      <FleetLine fleet={status.fleet} />
      {channel === HOME ? (
        <Home
          key={user}
          user={user}
          view={state.home}
          fail={props.fail}
          actions={actionsOf(user, { viewId: state.home?.id ?? '' }, props.fail)}
        />
      ) : (
        <Conversation {...props} isApp={isApp} />
      )}
    </main>
  );
}

function ChannelTitle({ channel, isApp }: { channel: string; isApp: boolean }): VNode {
  const names = useNames();
  if (isApp) {
    return (
      <h1>
        <Avatar name={names.bot} isBot />
        {names.bot}
      </h1>
    );
  }
  return (
    <h1>
      <span class="hash">#</span>
      {names.channel(channel)}
    </h1>
  );
}

const FACES = 3;

function Members({ status }: { status: ConsoleStatus }): VNode {
  return (
    <span class="members" title={`${status.users.length + 1} members`}>
      {status.users.slice(0, FACES).map(({ id, realName }) => (
        <Avatar key={id} name={realName} isBot={false} />
      ))}
      {status.users.length + 1}
    </span>
  );
}

function Conversation(props: ChannelProps & { isApp: boolean }): VNode {
  const { state, status, channel, user, send, isApp } = props;
  const name = useNames().channel(channel);
  const { hint, examples } = status;
  return (
    <>
      <MessageList
        key={channel}
        messages={channelMessages(state, channel, user)}
        actionsFor={props.actionsFor}
        openThread={props.openThread}
        repliesOf={({ ts }) => threadMessages(state, channel, ts, user).filter((one) => one.ts !== ts)}
        empty={isApp ? <div /> : <EmptyChannel name={name} examples={examples} run={(text) => void send(text)} />}
      />
      {isApp ? (
        <div class="read-only">Sending messages to this app has been turned off.</div>
      ) : (
        <Composer
          label={`Message #${name}`}
          placeholder={`Type /db, or a message to #${name}`}
          send={send}
          commands={{ hint, examples }}
        />
      )}
    </>
  );
}
