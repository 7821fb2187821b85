const STEPS: { readonly [key: string]: (at: number, last: number) => number } = {
  ArrowDown: (at, last) => (at >= last ? 0 : at + 1),
  ArrowUp: (at, last) => (at <= 0 ? last : at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/** Where an arrow key leads in a list of `count`: the next place, from end to beginning; undefined for other keys. */
export function stepOf(key: string, at: number, count: number): number | undefined {
  return count === 0 ? undefined : STEPS[key]?.(at, count - 1);
}

/** Moves the focus through the items of a menu by arrows, Home, End and first letters. */
export function moveFocus(event: KeyboardEvent, selector: string): void {
  const menu = event.currentTarget;
  if (!(menu instanceof HTMLElement)) return;
  const items = [...menu.querySelectorAll<HTMLElement>(selector)];
  const at = items.findIndex((item) => item === document.activeElement);
  const next = stepOf(event.key, at, items.length) ?? startingWith(event, items, at);
  if (next === undefined) return;
  event.preventDefault();
  items[next]?.focus();
}

function startingWith({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, items: readonly HTMLElement[], at: number) {
  if (key.length !== 1 || key === ' ' || ctrlKey || metaKey || altKey) return undefined;
  const found = items.findIndex((_item, step) => {
    const item = items[(at + 1 + step) % items.length];
    return item?.textContent.trim().toLowerCase().startsWith(key.toLowerCase());
  });
  return found === -1 ? undefined : (at + 1 + found) % items.length;
}
