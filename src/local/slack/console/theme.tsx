import { useEffect } from 'preact/hooks';
import type { VNode } from 'preact';
import { useKept } from './kept.ts';

const THEMES = ['System', 'Light', 'Dark'] as const;
type Theme = (typeof THEMES)[number];

/** Light or dark: as the system wants it, or as this person does. */
export function ThemeSwitch(): VNode {
  const [theme, setTheme] = useKept<Theme>('nightshift.theme', 'System');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme.toLowerCase();
  }, [theme]);
  return (
    <fieldset class="themes">
      <legend class="unseen">Theme</legend>
      {THEMES.map((one) => (
        <label key={one} class={one === theme ? 'current' : ''}>
          <input type="radio" name="theme" checked={one === theme} onChange={() => setTheme(one)} />
          {one}
        </label>
      ))}
    </fieldset>
  );
}
