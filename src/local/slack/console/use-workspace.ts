import { useEffect, useState } from 'preact/hooks';
import type { Dispatch, StateUpdater } from 'preact/hooks';
import type { Change } from '../changes.ts';
import { control } from './control.ts';
import { afterChange, emptyState } from './state.ts';
import type { ConsoleState } from './state.ts';

const STATUS_EVERY_MS = 4000;

/** The workspace, live: read once, then changed by what the stream tells. */
export function useWorkspace(user: string): ConsoleState {
  const [state, setState] = useState<ConsoleState>(emptyState);
  useEffect(() => follow(user, setState), [user]);
  useEffect(() => {
    const timer = setInterval(() => void readStatus(setState).catch(ignore), STATUS_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return state;
}

type Setter = Dispatch<StateUpdater<ConsoleState>>;

/** Listens first and reads then: a change that comes while reading is applied again to what was read, which may be older. */
function follow(user: string, setState: Setter): () => void {
  let meanwhile: Change[] | undefined;
  const stream = new EventSource('/api/stream');
  const read = async (): Promise<void> => {
    meanwhile = [];
    const [messages, views] = await Promise.all([control.messages(), control.views(user), readStatus(setState)]);
    const changes = meanwhile ?? [];
    meanwhile = undefined;
    setState((before) => {
      const fresh: ConsoleState = { ...before, ...views, messages, connected: true };
      return changes.reduce((after, change) => afterChange(after, change, user), fresh);
    });
  };
  stream.addEventListener('open', () => void read().catch(ignore));
  stream.addEventListener('error', () => setState((before) => ({ ...before, connected: false })));
  stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const change = JSON.parse(data) as Change;
    meanwhile?.push(change);
    setState((before) => afterChange(before, change, user));
    if (change.kind === 'status') void readStatus(setState).catch(ignore);
  });
  return () => stream.close();
}

async function readStatus(setState: Setter): Promise<void> {
  const status = await control.status();
  setState((before) => ({ ...before, status }));
}

/** The stream tells when the demo is gone; a look that failed needs no words of its own. */
function ignore(): void {}
