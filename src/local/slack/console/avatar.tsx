import type { VNode } from 'preact';

const PAINTS = 6;

/** A square with initials; the bot has a moon. */
export function Avatar({ name, isBot }: { name: string; isBot: boolean }): VNode {
  if (isBot) {
    return (
      <span class="avatar bot" aria-hidden="true">
        <svg viewBox="0 0 36 36" width="36" height="36">
          <path d="M23.5 24.8A10 10 0 0 1 14 9.6a10 10 0 1 0 12.6 13.1 9.9 9.9 0 0 1-3.1 2.1z" fill="#ffd76a" />
          <circle cx="25" cy="11" r="1.4" fill="#fff" />
          <circle cx="29" cy="17" r="1" fill="#fff" />
        </svg>
      </span>
    );
  }
  const initials = name
    .split(' ')
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2);
  const paint = ((name.codePointAt(0) ?? 0) + name.length) % PAINTS;
  return (
    <span class={`avatar paint-${paint}`} aria-hidden="true">
      {initials}
    </span>
  );
}
