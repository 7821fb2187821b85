import type { VNode } from 'preact';

/** Outlines on a square of 20: what icon buttons may name, and what the console itself needs. */
const PATHS: { readonly [name: string]: string } = {
  trash: 'M4 6h12M8 6V4h4v2m-6.500 0 .7 10h7.600l.7-10M8.500 9v4.500m3-4.500v4.500',
  'thumbs-up':
    'M7 9l3-6c1.500 0 2 1 2 2v3h3.500a1.500 1.500 0 0 1 1.500 1.800l-1 5A1.500 1.500 0 0 1 14.500 16H7zM3 9h4v7H3z',
  'thumbs-down':
    'M7 11l3 6c1.500 0 2-1 2-2v-3h3.500a1.500 1.500 0 0 0 1.500-1.800l-1-5A1.500 1.500 0 0 0 14.500 4H7zM3 4h4v7H3z',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  down: 'M5.500 8l4.500 4.500L14.500 8',
  right: 'M8 5.500l4.500 4.500L8 14.500',
  left: 'M12 5.500L7.500 10l4.500 4.500',
  close: 'M5 5l10 10M15 5L5 15',
  check: 'M4.500 10.500l3.500 3.500 7.500-8',
  reply: 'M4 4.500h12v9H9l-3.500 3v-3H4z',
  download: 'M10 3.500v9m-4-3.500 4 4 4-4M4 16.500h12',
  menu: 'M3.500 5.500h13M3.500 10h13M3.500 14.500h13',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zm8-2.200a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z',
  bold: 'M6.500 4.500h4.200a2.600 2.600 0 0 1 0 5.300H6.500zm0 5.300h5a2.800 2.800 0 0 1 0 5.700h-5z',
  italic: 'M8.500 4.500h5m-7 11h5m.5-11-4 11',
  strike:
    'M4 10h12M13.500 7c-.3-1.600-1.700-2.500-3.500-2.500S6.500 5.500 6.500 7.200m.2 5.600c.4 1.600 1.700 2.700 3.500 2.700s3.500-1 3.500-2.700c0-.6-.1-1-.4-1.400',
  code: 'M7 6l-4 4 4 4m6-8 4 4-4 4',
  mention: 'M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1c0 2.500 4 2.500 4-1a7 7 0 1 0-3 5.700',
  slash: 'M12.500 4l-5 12M3.500 3.500h13v13h-13z',
  home: 'M3.500 9.500 10 4l6.500 5.500V16h-4v-4h-5v4h-4z',
  grid: 'M4 4h5v5H4zm7 0h5v5h-5zM4 11h5v5H4zm7 0h5v5h-5z',
};

/** A small drawing; a name that is not known is a dot. It says nothing to a screen reader: its button does. */
export function Icon({ name }: { name: string }): VNode {
  return (
    <svg class="drawn" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d={PATHS[name] ?? 'M10 10h.01'} />
    </svg>
  );
}
