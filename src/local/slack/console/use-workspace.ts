import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Change } from '../changes.ts';
import { control } from './control.ts';
import { afterChange, emptyState } from './state.ts';
import type { ConsoleState } from './state.ts';

const STATUS_EVERY_MS = 4000;

/** The workspace, live: read once, then changed by what the stream tells. */
export function useWorkspace(user: string): ConsoleState {
  const [state, setState] = useState<ConsoleState>(emptyState);
  const readStatus = useCallback(async () => {
    const status = await control.status();
    setState((before) => ({ ...before, status }));
  }, []);
  useEffect(() => {
    const readAll = async (): Promise<void> => {
      const [messages, views] = await Promise.all([control.messages(), control.views(user), readStatus()]);
      setState((before) => ({ ...before, ...views, messages, connected: true }));
    };
    const stream = new EventSource('/api/stream');
    stream.addEventListener('open', () => void readAll().catch(ignore));
    stream.addEventListener('error', () => setState((before) => ({ ...before, connected: false })));
    stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
      const change = JSON.parse(data) as Change;
      setState((before) => afterChange(before, change, user));
      if (change.kind === 'status') void readStatus().catch(ignore);
    });
    const timer = setInterval(() => void readStatus().catch(ignore), STATUS_EVERY_MS);
    return () => {
      stream.close();
      clearInterval(timer);
    };
  }, [user, readStatus]);
  return state;
}

/** The stream tells when the demo is gone; a look that failed needs no words of its own. */
function ignore(): void {}
