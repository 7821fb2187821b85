import { useEffect, useState } from 'preact/hooks';

/** Where the page is, kept in its address: a channel or the app's home, and what the right side shows. */
export type Place = { channel?: string; thread?: string };

export const HOME = 'home';

export function usePlace(): [Place, (place: Place) => void] {
  const [place, setPlace] = useState(() => parsePlace(location.hash));
  useEffect(() => {
    const listen = (): void => setPlace(parsePlace(location.hash));
    window.addEventListener('hashchange', listen);
    return () => window.removeEventListener('hashchange', listen);
  }, []);
  return [place, ({ channel, thread }) => (location.hash = `#/${[channel, thread].filter(Boolean).join('/')}`)];
}

/** `#/C0DBALERTS/1700000000.000100`: a permalink of the stand-in opens the thread. */
export function parsePlace(hash: string): Place {
  const [, channel, thread] = hash.split('/');
  return { ...(channel ? { channel } : {}), ...(thread ? { thread } : {}) };
}
