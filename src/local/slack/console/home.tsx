import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { listAt } from '../json-fields.ts';
import type { SlackView } from '../message.ts';
import { Blocks } from './blocks/blocks.tsx';
import { control } from './control.ts';
import { SurfaceContext } from './surface.ts';

type HomeProps = {
  user: string;
  view: SlackView | null;
  act: (actionId: string, value?: string) => Promise<void>;
  fail: (why: string) => void;
};

/** The app's home of this person; opening it tells the app. */
export function Home({ user, view, act, fail }: HomeProps): VNode {
  useEffect(() => {
    control.openHome(user).then(
      ({ error }) => error && fail(`The app did not hear that you opened its home: ${error}`),
      (thrown: unknown) => fail(String(thrown)),
    );
  }, [user]);
  if (!view) return <div class="empty home-empty">The app has not published a home for you yet.</div>;
  return (
    <div class="messages">
      <div class="home">
        <SurfaceContext.Provider value={{ act }}>
          <Blocks blocks={listAt(view.content, 'blocks')} />
        </SurfaceContext.Provider>
      </div>
    </div>
  );
}
