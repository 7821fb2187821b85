import type { ModalView } from '@slack/types';
import { expect, test } from 'vitest';
import { asJson } from '../../../src/local/slack/json-fields.ts';
import { gallery } from '../../../src/local/slack/gallery/index.ts';
import { BLOCK_LIMITS } from '../../../src/local/slack/limits.ts';
import { ELEMENT_LIMITS } from '../../../src/local/slack/element-limits.ts';
import { ELEMENT_PLACES } from '../../../src/local/slack/element-places.ts';
import { problemsOfBlocks, problemsOfView, slackWords } from '../../../src/local/slack/validate-blocks.ts';
import { CHANNEL, startWorkspace } from './workspace.ts';

const examples = gallery.flatMap(({ type, examples: all }) =>
  all.map((example) => ({ name: `${type}, ${example.title}`, ...example })),
);
const posted = examples.filter(({ surface }) => surface === 'message');
const shownInForms = examples.filter(({ surface }) => surface === 'modal');

function formWith(block: object): ModalView {
  const words = { type: 'plain_text', text: 'Form' } as const;
  return { type: 'modal', title: words, submit: words, blocks: [block as ModalView['blocks'][number]] };
}

test('the gallery has every block that the workspace knows, in the order of their names', () => {
  const types = gallery.map(({ type }) => type);
  expect(types).toEqual(Object.keys(BLOCK_LIMITS).toSorted());
  expect(gallery.every(({ type, examples: all }) => all.every(({ block }) => block.type === type))).toBe(true);
});

test('every element stands in an example of a block that may hold it', () => {
  const shown = new Set(JSON.stringify(examples).match(/(?<="type":")\w+/g));
  const placed = new Set(Object.values(ELEMENT_PLACES).flat());
  const wanted = Object.keys(ELEMENT_LIMITS);
  expect(wanted.filter((type) => !placed.has(type))).toEqual([]);
  expect(wanted.filter((type) => !shown.has(type))).toEqual([]);
});

test.each(posted)('a message may hold: $name', async ({ block }) => {
  expect(problemsOfBlocks([asJson(block)], 'message').map(slackWords)).toEqual([]);
});

test.each(shownInForms)('a modal may hold: $name', async ({ block }) => {
  expect(problemsOfView(asJson(formWith(block))).map(slackWords)).toEqual([]);
});

test('the official client posts every example and opens every form', async () => {
  const { client, slack } = await startWorkspace({ messagePace: { burst: 1000, perSecond: 1000 } });
  for (const { block } of posted) {
    await client.apiCall('chat.postMessage', { channel: CHANNEL, text: 'example', blocks: [block] });
  }
  for (const { block } of shownInForms) {
    await client.apiCall('blocks.validate', { view: JSON.stringify(formWith(block)) });
  }
  expect(slack.messages()).toHaveLength(posted.length);
});
