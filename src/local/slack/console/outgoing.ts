import type { Names } from './names.ts';

/** What a person typed as Slack's client sends it: three signs escaped, `@Name` as a mention (https://docs.slack.dev/messaging/formatting-message-text#escaping). */
export function outgoingText(typed: string, names: Names): string {
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const people = [{ id: names.botId, name: names.bot }, ...names.users].toSorted(byLength);
  return people.reduce((text, { id, name }) => (name === '' ? text : text.replaceAll(`@${name}`, `<@${id}>`)), escaped);
}

/** The longest name first: `@Ada Adler` is not `@Ada`. */
function byLength(one: { name: string }, other: { name: string }): number {
  return other.name.length - one.name.length;
}
