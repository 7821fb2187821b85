/** Markup that is safe to stand in a page; made by `html` only. */
export type Markup = { readonly markup: string };
type Part = Markup | string | number | readonly Part[];

/** A template whose parts are escaped unless they are markup themselves; lists are joined. Fit for text and quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((whole, text, n) => `${whole}${written(parts[n - 1] ?? '')}${text}`) };
}

/** Text that is code of ours: the style and the script of the page. */
export function trusted(markup: string): Markup {
  return { markup };
}

export const nothing: Markup = { markup: '' };

function written(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return 'markup' in part ? part.markup : part.map(written).join('');
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- control characters, and those that turn the direction of writing
      .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g, ' ')
      .replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? '')
  );
}
