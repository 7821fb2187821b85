import type { Drill } from './drill.ts';

/** The same drill whose switchings never overlap: two impatient clicks are two switchings, one after the other. */
export function oneAtATime(drill: Drill): Drill {
  let last: Promise<void> = Promise.resolve();
  const next = (action: () => Promise<void>) => {
    const done = last.catch(() => {}).then(action);
    last = done;
    return done;
  };
  return { ...drill, on: () => next(drill.on), off: () => next(drill.off) };
}
