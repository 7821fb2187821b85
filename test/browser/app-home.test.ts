import type { HomeView } from '@slack/types';
import { expect, test } from 'vitest';
import { formOf } from '../local/slack/workspace.ts';
import type { Door } from '../local/slack/workspace.ts';
import { DESKTOP } from './open-browser.ts';
import { consoleStarter } from './start-console.ts';

const start = consoleStarter();
const plain = (text: string) => ({ type: 'plain_text', text }) as const;

const HOME: HomeView = {
  type: 'home',
  blocks: [
    { type: 'header', text: plain('The fleet') },
    {
      type: 'input',
      block_id: 'since',
      label: plain('Since'),
      element: { type: 'plain_text_input', action_id: 'hours' },
    },
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: 'look', text: plain('Look again'), value: 'all' }],
    },
  ],
};

type Sent = {
  event?: { type: string; tab: string; view?: { blocks: unknown[] } };
  actions?: unknown[];
  view?: unknown;
};

async function startHome() {
  const sent: Sent[] = [];
  const door: Door = async (event) => {
    const isEvent = event.headers['content-type'] === 'application/json';
    sent.push(JSON.parse(isEvent ? event.body : (formOf(event).get('payload') ?? '{}')) as Sent);
    return { statusCode: 200, body: '' };
  };
  const started = await start({ viewport: DESKTOP, options: { door } });
  const open = () => started.page.getByRole('button', { name: 'Nightshift', exact: true }).click();
  return { ...started, sent, open };
}

test('opening the tab tells the app, and what it published before goes with it', async () => {
  const { page, client, sent, open } = await startHome();
  await open();
  await page.getByText('has not published a home').waitFor();
  await expect.poll(() => sent[0]?.event).toMatchObject({ type: 'app_home_opened', tab: 'home' });
  expect(sent[0]?.event?.view).toBeUndefined();
  await client.views.publish({ user_id: 'U0OMAR', view: HOME });
  await page.getByRole('heading', { name: 'The fleet' }).waitFor();
  await page.getByRole('button', { name: '# database-alerts' }).click();
  await open();
  await expect.poll(() => sent.length).toBe(2);
  expect(sent[1]?.event?.view?.blocks).toHaveLength(HOME.blocks.length);
});

test('a button of the tab carries what its fields hold', async () => {
  const { page, client, sent, open } = await startHome();
  await client.views.publish({ user_id: 'U0OMAR', view: HOME });
  await open();
  await page.getByLabel('Since').fill('24');
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect.poll(() => sent.at(-1)?.actions).toMatchObject([{ action_id: 'look', value: 'all' }]);
  expect(sent.at(-1)?.view).toMatchObject({ state: { values: { since: { hours: { value: '24' } } } } });
});

test('everybody has a home of their own', async () => {
  const { page, client, open } = await startHome();
  await client.views.publish({ user_id: 'U0OMAR', view: HOME });
  await open();
  await page.getByRole('heading', { name: 'The fleet' }).waitFor();
  await page.getByRole('button', { name: /Vera Vogel/ }).click();
  await page.getByText('has not published a home').waitFor();
});

test('what the app writes to a person stands beside the home, to be read only', async () => {
  const { page, client, open } = await startHome();
  await open();
  await expect.poll(() => page.getByRole('tab').allTextContents()).toEqual(['Home']);
  await client.chat.postMessage({ channel: 'U0OMAR', text: 'Your approval is asked for' });
  await page.getByRole('tab', { name: 'Messages' }).click();
  await page.getByText('Your approval is asked for').waitFor();
  await page.getByText('Sending messages to this app has been turned off.').waitFor();
});
