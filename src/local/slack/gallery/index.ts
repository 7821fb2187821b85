import { actions, contextActions } from './actions.ts';
import { alert, card, carousel, container } from './cards.ts';
import { charts } from './charts.ts';
import type { BlockChapter } from './example.ts';
import { input } from './inputs.ts';
import { file, image, video } from './media.ts';
import { plan, taskCard } from './progress.ts';
import { richText } from './rich-text.ts';
import { dataTable, table } from './tables.ts';
import { context, divider, header, markdown, section } from './text.ts';

/** Every block of Block Kit with examples of our own, in the order of their names (https://docs.slack.dev/reference/block-kit/blocks). */
export const gallery: readonly BlockChapter[] = [
  actions,
  alert,
  card,
  carousel,
  container,
  context,
  contextActions,
  dataTable,
  charts,
  divider,
  file,
  header,
  image,
  input,
  markdown,
  plan,
  richText,
  section,
  table,
  taskCard,
  video,
];

/** The page of Slack's documentation that describes a block. */
export function docsOf(type: string): string {
  return `https://docs.slack.dev/reference/block-kit/blocks/${type.replaceAll('_', '-')}-block`;
}
