import type { VNode } from 'preact';
import { readKept, useKept } from './kept.ts';

const THEMES = ['System', 'Light', 'Dark'] as const;
type Theme = (typeof THEMES)[number];

const KEPT = 'nightshift.theme';

/** Puts the kept choice on the page before anything is drawn. */
export function applyTheme(theme: Theme = readKept<Theme>(KEPT) ?? 'System'): void {
  document.documentElement.dataset['theme'] = theme.toLowerCase();
}

/** Light or dark: as the system wants it, or as this person does. */
export function ThemeSwitch(): VNode {
  const [theme, setTheme] = useKept<Theme>(KEPT, 'System');
  const choose = (next: Theme): void => {
    setTheme(next);
    applyTheme(next);
  };
  return (
    <fieldset class="themes">
      <legend class="unseen">Theme</legend>
      {THEMES.map((one) => (
        <label key={one} class={one === theme ? 'current' : ''}>
          <input type="radio" name="theme" checked={one === theme} onChange={() => choose(one)} />
          {one}
        </label>
      ))}
    </fieldset>
  );
}
