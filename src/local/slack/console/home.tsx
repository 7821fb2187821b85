import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { blocksOfView } from '../block-ids.ts';
import type { SlackView } from '../message.ts';
import { Blocks } from './blocks/blocks.tsx';
import { control } from './control.ts';
import { SurfaceContext, useSurfaceOf } from './surface.ts';
import type { Actions } from './surface.ts';

type HomeProps = {
  user: string;
  view: SlackView | null;
  actions: Actions;
  fail: (why: string) => void;
};

/** The app's home of this person; opening it tells the app. */
export function Home({ user, view, actions, fail }: HomeProps): VNode {
  const surface = useSurfaceOf(actions);
  useEffect(() => {
    control.openHome(user, 'home').then(
      ({ error }) => error && fail(`The app did not hear that you opened its home: ${error}`),
      (thrown: unknown) => fail(String(thrown)),
    );
  }, [user]);
  if (!view) return <div class="empty home-empty">The app has not published a home for you yet.</div>;
  return (
    <div class="messages" role="tabpanel" aria-label="Home">
      <div class="home">
        <SurfaceContext.Provider value={surface}>
          <Blocks blocks={blocksOfView(view)} />
        </SurfaceContext.Provider>
      </div>
    </div>
  );
}
