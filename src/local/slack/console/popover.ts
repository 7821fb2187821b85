import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

const GAP_PIXELS = 4;
const EDGE_PIXELS = 8;

export type Popover<Anchor extends HTMLElement> = {
  anchor: RefObject<Anchor | null>;
  layer: RefObject<HTMLDivElement | null>;
  open: boolean;
  /** Another number each time that it opens: what takes the focus takes it again, however soon it was opened again. */
  opening: number;
  /** For the press on the anchor: opens, or closes what is open. */
  toggle(): void;
  show(): void;
  hide(): void;
  /** The anchor reports that it is pressed: a press outside closes the layer before the click arrives. */
  press(): void;
};

/** A layer above everything, beside its anchor; Escape and a press elsewhere close it (the popover attribute of HTML). */
export function usePopover<Anchor extends HTMLElement>(): Popover<Anchor> {
  const anchor = useRef<Anchor>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [opening, setOpening] = useState(0);
  const times = useRef(0);
  const wasOpen = useRef(false);
  const open = opening > 0;
  useLayoutEffect(() => {
    if (open) place(anchor.current, layer.current);
  });
  useLayoutEffect(() => followPlace(open, anchor, layer, () => setOpening(0)), [open]);
  // The browser shows before and hides first: what is inside can take the focus at once, and the anchor gets it back.
  const show = (): void => {
    if (layer.current?.matches(':popover-open') === false) layer.current.showPopover();
    times.current += 1;
    setOpening(times.current);
  };
  const hide = (): void => layer.current?.hidePopover();
  const toggle = (): void => {
    if (layer.current?.matches(':popover-open')) hide();
    else if (!wasOpen.current) show();
    wasOpen.current = false;
  };
  return {
    anchor,
    layer,
    open,
    opening,
    toggle,
    show,
    hide,
    press: () => void (wasOpen.current = layer.current?.matches(':popover-open') === true),
  };
}

/** Keeps the layer at its anchor while something scrolls, and hears when the browser closed it. */
function followPlace(
  open: boolean,
  anchor: RefObject<HTMLElement | null>,
  layer: RefObject<HTMLElement | null>,
  closed: () => void,
): (() => void) | undefined {
  const { current } = layer;
  if (!open || !current) return undefined;
  const again = (): void => place(anchor.current, layer.current);
  const onToggle = (event: Event): void => {
    if ((event as ToggleEvent).newState === 'closed') closed();
  };
  current.addEventListener('toggle', onToggle);
  window.addEventListener('resize', again);
  window.addEventListener('scroll', again, true);
  return () => {
    current.removeEventListener('toggle', onToggle);
    window.removeEventListener('resize', again);
    window.removeEventListener('scroll', again, true);
  };
}

/** Below the anchor where there is room, else above it, and always inside the window. */
function place(anchor: HTMLElement | null, layer: HTMLElement | null): void {
  if (!anchor || !layer) return;
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = layer;
  const below = at.bottom + GAP_PIXELS;
  const fits = below + height <= window.innerHeight - EDGE_PIXELS;
  const top = fits ? below : Math.max(EDGE_PIXELS, at.top - GAP_PIXELS - height);
  const left = Math.max(EDGE_PIXELS, Math.min(at.left, window.innerWidth - EDGE_PIXELS - width));
  layer.style.top = `${top}px`;
  layer.style.left = `${left}px`;
  layer.style.minWidth = `${Math.min(at.width, window.innerWidth - 2 * EDGE_PIXELS)}px`;
}
