import type { VNode } from 'preact';
import { directChannelOf, HOME } from './place.ts';
import { channelMessages } from './state.ts';
import type { ConsoleState } from './state.ts';

/** Home and, as soon as the app has written to this person, Messages. */
export function AppTabs(props: {
  state: ConsoleState;
  user: string;
  channel: string;
  go: (channel: string) => void;
}): VNode {
  const { state, user, channel, go } = props;
  const direct = directChannelOf(user);
  const hasMessages = channel === direct || channelMessages(state, direct, user).length > 0;
  const tabs = [[HOME, 'Home'], ...(hasMessages ? [[direct, 'Messages']] : [])] as const;
  return (
    <div class="tabs" role="tablist" aria-label="App">
      {tabs.map(([id = '', label]) => (
        <button key={id} type="button" role="tab" aria-selected={channel === id} onClick={() => go(id)}>
          {label}
        </button>
      ))}
    </div>
  );
}
