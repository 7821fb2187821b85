import { useEffect, useState } from 'preact/hooks';

/** Where the page is, kept in its address: a channel or the app, and what the right side shows. */
export type Place = { channel?: string; thread?: string };

/** The app's Home tab; its Messages tab is the channel between the person and the app. */
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

/** The channel of the direct messages between a person and the app, as the stand-in names it. */
export function directChannelOf(user: string): string {
  return `D${user.slice(1)}`;
}

/** The same place for another person: everybody has messages of their own with the app. */
export function placeFor({ channel, ...rest }: Place, user: string): Place {
  if (channel === undefined) return rest;
  return channel.startsWith('D') ? { channel: directChannelOf(user) } : { channel, ...rest };
}
