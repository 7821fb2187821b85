import { useState } from 'preact/hooks';

/** A value that this browser remembers, as JSON. */
export function useKept<T>(name: string, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readKept<T>(name) ?? initial);
  const keep = (next: T): void => {
    setValue(next);
    try {
      localStorage.setItem(name, JSON.stringify(next));
    } catch {
      // a browser that keeps nothing forgets at the next load
    }
  };
  return [value, keep];
}

/** What this browser remembers, if it does. */
export function readKept<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}
