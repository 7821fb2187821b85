import type { Pace } from './pace.ts';

/** Limits that hold for a whole message, view or workspace. Sources: https://docs.slack.dev/reference/block-kit and /apis/web-api/rate-limits. */
export const LIMITS = {
  blocksInMessage: 50,
  blocksInView: 100,
  /** Longer message texts are cut, not refused. */
  textCharacters: 40_000,
  /** chat.update refuses longer texts with `msg_too_long`. */
  updateTextBytes: 4_000,
  /** Undocumented: chat.postMessage refuses about this much block text with `msg_blocks_too_long` (slackapi/bolt-js #2509). */
  renderedCharacters: 13_200,
  /** All cells of all data tables of a message. */
  dataTableCharacters: 10_000,
  tablesInMessage: 1,
  chartsInMessage: 2,
  viewsInStack: 3,
  triggerMs: 3_000,
  acknowledgeMs: 3_000,
  eventRetryDelaysMs: [0, 60_000, 300_000],
  responseUrlUses: 5,
  responseUrlMs: 30 * 60_000,
} as const;

/** 1 message a second a channel after a small burst; tiers are calls a minute for the whole workspace. */
export const PACES = {
  message: { burst: 4, perSecond: 1 },
  tier2: { burst: 20, perSecond: 20 / 60 },
  tier3: { burst: 50, perSecond: 50 / 60 },
  tier4: { burst: 100, perSecond: 100 / 60 },
} as const satisfies Record<string, Pace>;

/**
 * One limit inside a block: `at` is a path (`fields[].text` reaches every item), `max` and `min` count characters of a text
 * or items of a list.
 */
export type Limit = { at: string; max?: number; min?: number; required?: true };

const idLimit: Limit = { at: 'block_id', max: 255 };
const cellTexts: Limit = { at: 'rows[][].text', min: 1 };

/** Per block type; a type that is not here is unknown to the workspace. */
export const BLOCK_LIMITS: { readonly [type: string]: readonly Limit[] } = {
  actions: [idLimit, { at: 'elements', max: 25, min: 1, required: true }],
  alert: [idLimit, { at: 'text.text', max: 200, min: 1, required: true }],
  card: [
    idLimit,
    { at: 'title.text', max: 150 },
    { at: 'subtitle.text', max: 150 },
    { at: 'body.text', max: 200 },
    { at: 'actions', max: 3, min: 1 },
  ],
  carousel: [idLimit, { at: 'elements', max: 10, min: 1, required: true }],
  container: [
    idLimit,
    { at: 'title.text', max: 150 },
    { at: 'subtitle.text', max: 150 },
    { at: 'child_blocks', max: 10, min: 1, required: true },
  ],
  context: [
    idLimit,
    { at: 'elements', max: 10, min: 1, required: true },
    { at: 'elements[].text', max: 2000, min: 1 },
    { at: 'elements[].alt_text', max: 2000 },
  ],
  context_actions: [idLimit, { at: 'elements', max: 5, min: 1, required: true }],
  data_table: [
    idLimit,
    { at: 'caption', min: 1, required: true },
    { at: 'rows', min: 2, max: 101, required: true },
    { at: 'rows[]', min: 1, max: 20 },
    cellTexts,
  ],
  data_visualization: [
    idLimit,
    { at: 'title', max: 50, required: true },
    { at: 'chart', required: true },
    { at: 'chart.segments', max: 6, min: 1 },
    { at: 'chart.series', max: 6, min: 1 },
    { at: 'chart.axis_config.categories', max: 20, min: 1 },
    { at: 'chart.axis_config.categories[]', max: 20 },
    { at: 'chart.axis_config.x_label', max: 50 },
    { at: 'chart.axis_config.y_label', max: 50 },
  ],
  divider: [idLimit],
  file: [idLimit, { at: 'external_id', required: true }],
  header: [idLimit, { at: 'text.text', max: 150, min: 1, required: true }],
  image: [
    idLimit,
    { at: 'alt_text', max: 2000, required: true },
    { at: 'title.text', max: 2000 },
    { at: 'image_url', max: 3000 },
  ],
  input: [
    idLimit,
    { at: 'label.text', max: 2000, min: 1, required: true },
    { at: 'hint.text', max: 2000 },
    { at: 'element', required: true },
  ],
  markdown: [idLimit, { at: 'text', max: 12_000, min: 1, required: true }],
  plan: [idLimit, { at: 'title', min: 1, required: true }, { at: 'tasks', max: 50 }],
  rich_text: [idLimit, { at: 'elements', required: true }],
  section: [
    idLimit,
    { at: 'text.text', max: 3000, min: 1 },
    { at: 'fields', max: 10, min: 1 },
    { at: 'fields[].text', max: 2000, min: 1 },
  ],
  table: [
    idLimit,
    { at: 'rows', max: 100, min: 1, required: true },
    { at: 'rows[]', max: 20, min: 1 },
    { at: 'column_settings', max: 20 },
    cellTexts,
  ],
  task_card: [idLimit, { at: 'task_id', min: 1, required: true }, { at: 'title', min: 1, required: true }],
  video: [
    idLimit,
    { at: 'title.text', max: 199, required: true },
    { at: 'alt_text', max: 2000, required: true },
    { at: 'video_url', max: 3000, required: true },
    { at: 'thumbnail_url', max: 3000, required: true },
    { at: 'author_name', max: 49 },
  ],
};
