import { useState } from 'preact/hooks';
import type { VNode } from 'preact';
import type { SlackMessage } from '../message.ts';
import { ChannelPane } from './channel-pane.tsx';
import { control } from './control.ts';
import { DrillPanel } from './drill-panel.tsx';
import { useKept } from './kept.ts';
import { Modal } from './modal.tsx';
import { NamesContext } from './names.ts';
import type { Names } from './names.ts';
import { usePlace } from './place.ts';
import { Sidebar } from './sidebar.tsx';
import { threadMessages } from './state.ts';
import type { ConsoleState } from './state.ts';
import { ThreadPane } from './thread-pane.tsx';
import { Toast } from './toast.tsx';
import { useWorkspace } from './use-workspace.ts';

const FIRST_USER = 'U0OMAR';

export function App(): VNode {
  const [keptUser, become] = useKept('nightshift.user', FIRST_USER);
  const [place, setPlace] = usePlace();
  const [drillsOpen, setDrillsOpen] = useKept('nightshift.drills', window.innerWidth > 1100);
  const [menuOpen, setMenuOpen] = useState(false);
  const [trouble, setTrouble] = useState('');
  const state = useWorkspace(keptUser);
  const { status } = state;
  if (!status) return <div class="starting">Waiting for the demo…</div>;
  const user = status.users.some(({ id }) => id === keptUser) ? keptUser : (status.users[0]?.id ?? '');
  const channel = place.channel ?? status.channels[0]?.id ?? '';
  const act = async (
    where: { messageTs: string } | { viewId: string },
    actionId: string,
    value?: string,
  ): Promise<void> => {
    const answer = await control
      .act({ user, actionId, ...where, ...(value === undefined ? {} : { value }) })
      .catch(asError);
    if (answer.error) setTrouble(`That did not work: ${answer.error}`);
  };
  const actOn = (message: SlackMessage, actionId: string, value?: string) =>
    act({ messageTs: message.ts }, actionId, value);
  const send = async (text: string, threadTs?: string): Promise<void> => {
    const sending =
      text.startsWith('/') && !threadTs
        ? control.command(user, channel, text)
        : control.say(user, channel, text, threadTs);
    await sending.catch((thrown: unknown) => setTrouble(String(thrown)));
  };
  const go = (next: string): void => {
    setMenuOpen(false);
    setPlace({ channel: next });
  };
  const { modal } = state;
  return (
    <NamesContext.Provider value={namesOf(state)}>
      <div class={`app ${place.thread || drillsOpen ? 'with-pane' : ''}`}>
        <Sidebar status={status} current={channel} user={user} open={menuOpen} go={go} become={become} />
        {menuOpen && (
          <button type="button" class="menu-veil" aria-label="Close menu" onClick={() => setMenuOpen(false)} />
        )}
        <ChannelPane
          state={state}
          status={status}
          channel={channel}
          user={user}
          actOn={actOn}
          actInView={(viewId, actionId, value) => act({ viewId }, actionId, value)}
          send={send}
          fail={setTrouble}
          openMenu={() => setMenuOpen(true)}
          openThread={({ ts, threadTs }) => setPlace({ channel, thread: threadTs ?? ts })}
          toggleDrills={() => {
            setDrillsOpen(place.thread ? true : !drillsOpen);
            setPlace({ channel });
          }}
        />
        {place.thread ? (
          <ThreadPane
            messages={threadMessages(state, channel, place.thread, user)}
            channelName={namesOf(state).channel(channel)}
            act={actOn}
            send={(text) => send(text, place.thread)}
            close={() => setPlace({ channel })}
          />
        ) : (
          drillsOpen && <DrillPanel status={status} close={() => setDrillsOpen(false)} fail={setTrouble} />
        )}
      </div>
      {modal && (
        <Modal
          key={modal.id + modal.hash}
          view={modal}
          submit={(values) => control.submit(user, modal.id, values)}
          close={() => void control.close(user, modal.id).catch(asError)}
          act={(actionId, value) => act({ viewId: modal.id }, actionId, value)}
        />
      )}
      <Toast text={trouble} done={() => setTrouble('')} />
      {!state.connected && <div class="disconnected">The demo does not answer; waiting for it…</div>}
    </NamesContext.Provider>
  );
}

function asError(thrown: unknown): { error: string } {
  return { error: thrown instanceof Error ? thrown.message : String(thrown) };
}

function namesOf({ status }: ConsoleState): Names {
  return {
    user: (id) =>
      id === status?.bot.userId ? status.bot.name : (status?.users.find((one) => one.id === id)?.realName ?? id),
    channel: (id) => status?.channels.find((one) => one.id === id)?.name ?? id,
  };
}
