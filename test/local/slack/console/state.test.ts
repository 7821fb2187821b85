import { expect, test } from 'vitest';
import { afterChange, channelMessages, emptyState, threadMessages } from '../../../../src/local/slack/console/state.ts';
import type { SlackMessage } from '../../../../src/local/slack/message.ts';

const message = (ts: string, more: Partial<SlackMessage> = {}): SlackMessage => ({
  channel: 'C0DB',
  ts,
  user: 'U0NIGHTSHIFT',
  fromBot: true,
  text: ts,
  blocks: [],
  edits: 0,
  files: [],
  reactions: [],
  ...more,
});
const withAll = (...messages: SlackMessage[]) =>
  messages.reduce((state, one) => afterChange(state, { kind: 'message', message: one }, 'U0OMAR'), emptyState);

test('messages stand in the order of their timestamps and an update keeps the place', () => {
  const state = withAll(message('1.2'), message('1.1'), message('1.1', { text: 'edited' }));
  expect(channelMessages(state, 'C0DB', 'U0OMAR').map(({ text }) => text)).toEqual(['edited', '1.2']);
});

test('replies are in their thread only, what is for another person nowhere', () => {
  const state = withAll(message('1.1'), message('1.2', { threadTs: '1.1' }), message('1.3', { ephemeralFor: 'U0EVE' }));
  expect(channelMessages(state, 'C0DB', 'U0OMAR').map(({ ts }) => ts)).toEqual(['1.1']);
  expect(threadMessages(state, 'C0DB', '1.1', 'U0OMAR').map(({ ts }) => ts)).toEqual(['1.1', '1.2']);
  expect(channelMessages(state, 'C0DB', 'U0EVE').map(({ ts }) => ts)).toEqual(['1.1', '1.3']);
});

test("another person's modal does not open here", () => {
  const view = { id: 'V1', user: 'U0ADA', kind: 'modal', hash: '1', content: {} } as const;
  expect(afterChange(emptyState, { kind: 'view', user: 'U0ADA', view }, 'U0OMAR').modal).toBeNull();
  expect(afterChange(emptyState, { kind: 'view', user: 'U0ADA', view }, 'U0ADA').modal).toBe(view);
});
