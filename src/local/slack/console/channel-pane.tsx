import type { VNode } from 'preact';
import type { ConsoleStatus } from '../console-status.ts';
import type { SlackMessage } from '../message.ts';
import { Composer } from './composer.tsx';
import { EmptyChannel } from './empty-channel.tsx';
import { FleetLine } from './fleet-line.tsx';
import { Home } from './home.tsx';
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
  actOn: MessageProps['act'];
  actInView: (viewId: string, actionId: string, value?: string) => Promise<void>;
  send: (text: string) => Promise<void>;
  fail: (why: string) => void;
  openMenu: () => void;
  openThread: (message: SlackMessage) => void;
  toggleDrills: () => void;
};

/** The middle: a channel with its composer, or the app's home. */
export function ChannelPane(props: ChannelProps): VNode {
  const { state, status, channel, user } = props;
  const drillsOn = status.drills.filter(({ on }) => on).length;
  return (
    <main class="channel">
      <header class="channel-head">
        <button type="button" class="icon menu-button" aria-label="Menu" onClick={props.openMenu}>
          ☰
        </button>
        <ChannelTitle channel={channel} bot={status.bot.name} />
        <button type="button" class={`drills-button ${drillsOn > 0 ? 'alarmed' : ''}`} onClick={props.toggleDrills}>
          Drills {drillsOn > 0 && <b>{drillsOn}</b>}
        </button>
      </header>
      <FleetLine fleet={status.fleet} />
      {channel === HOME ? (
        <Home
          key={user}
          user={user}
          view={state.home}
          fail={props.fail}
          act={(actionId, value) => (state.home ? props.actInView(state.home.id, actionId, value) : Promise.resolve())}
        />
      ) : (
        <Conversation {...props} />
      )}
    </main>
  );
}

function ChannelTitle({ channel, bot }: { channel: string; bot: string }): VNode {
  const names = useNames();
  if (channel === HOME) return <h1>{bot}</h1>;
  return (
    <h1>
      <span class="hash">#</span>
      {names.channel(channel)}
    </h1>
  );
}

function Conversation({ state, status, channel, user, actOn, send, openThread }: ChannelProps): VNode {
  const names = useNames();
  const name = names.channel(channel);
  const { hint, examples } = status;
  return (
    <>
      <MessageList
        key={channel}
        messages={channelMessages(state, channel, user)}
        act={actOn}
        openThread={openThread}
        repliesOf={({ ts }) => threadMessages(state, channel, ts, user).filter((one) => one.ts !== ts)}
        empty={<EmptyChannel name={name} examples={examples} run={(text) => void send(text)} />}
      />
      <Composer
        label={`Message #${name}`}
        placeholder={`Type /db, or a message to #${name}`}
        send={send}
        commands={{ hint, examples }}
      />
    </>
  );
}
