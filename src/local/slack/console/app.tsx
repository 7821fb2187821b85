import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { SlackMessage } from '../message.ts';
import { actionsOf, asError } from './actions.ts';
import { ChannelPane } from './channel-pane.tsx';
import { control } from './control.ts';
import { DrillPanel } from './drill-panel.tsx';
import { useKept } from './kept.ts';
import { Modal } from './modal.tsx';
import { NamesContext, namesOf } from './names.ts';
import { outgoingText } from './outgoing.ts';
import { placeFor, usePlace } from './place.ts';
import { Sidebar } from './sidebar.tsx';
import { threadMessages } from './state.ts';
import { ThreadPane } from './thread-pane.tsx';
import { Toast } from './toast.tsx';
import { useWorkspace } from './use-workspace.ts';

const FIRST_USER = 'U0OMAR';

export function App(): VNode {
  const [keptUser, keepUser] = useKept('nightshift.user', FIRST_USER);
  const [place, setPlace] = usePlace();
  const [drillsOpen, setDrillsOpen] = useKept('nightshift.drills', window.innerWidth > 1100);
  const [menuOpen, setMenuOpen] = useState(false);
  const [trouble, setTrouble] = useState('');
  const state = useWorkspace(keptUser);
  const { status, modal } = state;
  if (!status) return <div class="starting">Waiting for the demo…</div>;
  const user = status.users.some(({ id }) => id === keptUser) ? keptUser : (status.users[0]?.id ?? '');
  const channel = place.channel ?? status.channels[0]?.id ?? '';
  const names = namesOf(status);
  const actionsFor = ({ ts }: SlackMessage) => actionsOf(user, { messageTs: ts }, setTrouble);
  const send = async (text: string, threadTs?: string): Promise<void> => {
    const sending =
      text.startsWith('/') && !threadTs
        ? control.command(user, channel, text)
        : control.say(user, channel, outgoingText(text, names), threadTs);
    await sending.catch((thrown: unknown) => setTrouble(String(thrown)));
  };
  const go = (next: string): void => {
    setMenuOpen(false);
    setPlace({ channel: next });
  };
  const become = (next: string): void => {
    keepUser(next);
    setPlace(placeFor(place, next));
  };
  return (
    <NamesContext.Provider value={names}>
      <div class={`app ${place.thread || drillsOpen ? 'with-pane' : ''}`}>
        <Sidebar
          status={status}
          current={channel}
          user={user}
          open={menuOpen}
          go={go}
          become={become}
          close={() => setMenuOpen(false)}
        />
        {menuOpen && (
          <button type="button" class="menu-veil" aria-label="Close menu" onClick={() => setMenuOpen(false)} />
        )}
        <ChannelPane
          state={state}
          status={status}
          channel={channel}
          user={user}
          actionsFor={actionsFor}
          send={send}
          fail={setTrouble}
          go={go}
          openMenu={() => setMenuOpen(true)}
          openThread={({ ts, threadTs }) => setPlace({ channel, thread: threadTs ?? ts })}
          toggleDrills={() => {
            setDrillsOpen(place.thread ? true : !drillsOpen);
            setPlace({ channel });
          }}
        />
        {place.thread ? (
          <ThreadPane
            key={place.thread}
            messages={threadMessages(state, channel, place.thread, user)}
            channelName={names.channel(channel)}
            actionsFor={actionsFor}
            send={(text) => send(text, place.thread)}
            close={() => setPlace({ channel })}
          />
        ) : (
          drillsOpen && <DrillPanel status={status} close={() => setDrillsOpen(false)} fail={setTrouble} />
        )}
      </div>
      {modal && (
        <Modal
          key={modal.id}
          view={modal}
          actions={actionsOf(user, { viewId: modal.id }, setTrouble)}
          submit={(values) => control.submit(user, modal.id, values)}
          close={() => void control.close(user, modal.id).catch(asError)}
        />
      )}
      <Toast text={trouble} done={() => setTrouble('')} />
      {!state.connected && (
        <div class="disconnected" role="status">
          The demo does not answer; waiting for it…
        </div>
      )}
    </NamesContext.Provider>
  );
}
