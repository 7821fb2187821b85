import { expect, test } from 'vitest';
import type { LocalSlackOptions } from '../../src/local/slack/options.ts';
import { CHANNEL, clientOf, startWorkspace } from '../local/slack/workspace.ts';
import { DESKTOP, PHONE } from './open-browser.ts';
import { sampleBot } from './sample-bot.ts';
import { consoleStarter, hasFocus, type, widestPart } from './start-console.ts';

const start = consoleStarter();

const FLEET = {
  members: [
    { name: 'shop-db-1', role: 'primary', state: 'up' },
    { name: 'shop-db-2', role: 'replica', state: 'up' },
    { name: 'shop-cache-1', role: 'primary', state: 'up' },
    { name: 'shop-cache-2', role: 'replica', state: 'down' },
  ],
};

async function startConsole(viewport: { width: number; height: number }, wanted: Partial<LocalSlackOptions> = {}) {
  const bot = sampleBot(() => started.client);
  const options = {
    door: bot.door,
    hint: '[health | slow | end | help] [target]',
    examples: ['/db', '/db health shop-db', '/db end shop-db', '/db help'],
    status: async () => FLEET,
    ...wanted,
  };
  const started = await start({ viewport, options });
  return { ...started, heard: bot.heard };
}

test('a typed command shows the report, its thread and its buttons', async () => {
  const { page, heard, faults } = await startConsole(DESKTOP);
  await type(page, '/db health shop-db');
  await page.getByText('41 sessions wait for one lock').waitFor();
  await page.getByRole('button', { name: '1 reply' }).click();
  const thread = page.getByLabel('Thread', { exact: true });
  await thread.getByText('idle in transaction', { exact: true }).waitFor();
  expect(await thread.getByText('<script>alert(1)</script>').count()).toBe(1);
  const main = page.getByRole('main');
  await main.getByRole('button', { name: 'Show tree' }).click();
  await page.getByText('Only visible to you').waitFor();
  await main.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Mute 1 d' }).click();
  await page.getByText('You pressed mute.').waitFor();
  expect(heard).toEqual(['omar: health shop-db', 'omar pressed tree', 'omar pressed mute 1d']);
  expect(faults).toEqual([]);
});

test('a modal shows the faults that the app finds and closes when it is content', async () => {
  const { page, heard } = await startConsole(DESKTOP);
  await type(page, '/db end');
  const dialog = page.getByRole('dialog', { name: 'End a session' });
  await dialog.getByRole('button', { name: 'Plan it' }).click();
  await dialog.getByText('Please complete this required field.').first().waitFor();
  await expect.poll(() => hasFocus(dialog.getByLabel('Target'))).toBe(true);
  await dialog.getByLabel('Target').click();
  await page.getByRole('option', { name: 'shop-db' }).click();
  await dialog.getByLabel('Process id').fill('the first');
  await dialog.getByRole('button', { name: 'Plan it' }).click();
  await dialog.getByText('A process id is a number.').waitFor();
  await dialog.getByLabel('Process id').fill('2211');
  await dialog.getByRole('button', { name: 'Plan it' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(heard.at(-1)).toBe('omar submitted shop-db 2211');
});

test('another person sees the channel, but not what was for one person only', async () => {
  const { page, slack } = await startConsole(DESKTOP);
  await page.getByRole('button', { name: 'Eve Ernst' }).click();
  await type(page, '/db health shop-db');
  await page.getByText('You are in no role.').waitFor();
  await page.getByRole('button', { name: 'Ada Adler' }).click();
  await clientOf(slack).chat.postMessage({ channel: CHANNEL, text: 'good *morning*' });
  await page.getByText('good morning').waitFor();
  expect(await page.getByText('You are in no role.').count()).toBe(0);
});

test("the app's home is told when it is opened and shows what the app published", async () => {
  const { page, slack } = await startConsole(DESKTOP);
  await page.getByRole('button', { name: 'Nightshift', exact: true }).click();
  await page.getByText('has not published a home').waitFor();
  const text = { type: 'plain_text', text: 'The fleet' } as const;
  await clientOf(slack).views.publish({
    user_id: 'U0OMAR',
    view: { type: 'home', blocks: [{ type: 'header', text }] },
  });
  await page.getByRole('heading', { name: 'The fleet' }).waitFor();
});

test('progress is shown step by step', async () => {
  const { page } = await startConsole(DESKTOP);
  await type(page, '/db slow shop-db');
  await page.getByText('Ask 34 checks').waitFor();
  expect(await page.getByLabel('at work').count()).toBe(1);
  expect(await page.getByText('1 of 3').count()).toBe(1);
});

test('a block that the console does not know is said', async () => {
  const { page, slack } = await startConsole(DESKTOP);
  const message = { ...(await slack.say('omar', CHANNEL, 'x')), blocks: [{ type: 'hologram' }] };
  await page.route('**/api/messages', (route) => route.fulfill({ json: { messages: [message] } }));
  await page.reload();
  await page.getByText('cannot draw a block of type “hologram”').waitFor();
});

test('a drill is switched in the panel and counted in the head', async () => {
  let on = false;
  const drill = {
    name: 'lock-pile-up',
    title: 'Pile up locks',
    what: 'One session holds a lock that twelve others want.',
    on: async () => void (on = true),
    off: async () => void (on = false),
    isOn: () => on,
  };
  const fired: string[] = [];
  const events = [{ name: 'alarm-lag', title: 'Alarm: replica lag' }];
  const { page } = await startConsole(DESKTOP, {
    drills: [drill],
    events,
    sendEvent: async (name) => void fired.push(name),
  });
  await page.getByRole('switch', { name: 'Pile up locks' }).click();
  await page.getByRole('button', { name: 'Drills 1' }).waitFor();
  await page.getByRole('button', { name: 'Alarm: replica lag' }).click();
  await page.getByRole('switch', { name: 'Pile up locks', checked: true }).click();
  await page.getByRole('switch', { name: 'Pile up locks', checked: false }).waitFor();
  await expect.poll(() => [on, fired]).toEqual([false, ['alarm-lag']]);
});

test('on a phone the report fits the width and the menu changes the person', async () => {
  const { page } = await startConsole(PHONE);
  await type(page, '/db health shop-db');
  await page.getByText('41 sessions wait for one lock').waitFor();
  expect(await widestPart(page)).toBe(PHONE.width);
  await page.getByText('3 of 4 servers up').waitFor();
  expect(await page.getByText('shop-cache-2').isVisible()).toBe(true);
  expect(await page.getByText('shop-db-1', { exact: true }).isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('button', { name: 'Ben Blum' }).click();
  await expect.poll(() => page.getByRole('button', { name: 'Ben Blum' }).getAttribute('aria-pressed')).toBe('true');
});

test('the console comes back by itself after a restart', async () => {
  const { page, slack: first } = await start({ viewport: DESKTOP });
  const port = Number(new URL(first.url).port);
  await first.stop();
  await page.getByText('The demo does not answer').waitFor();
  const { slack } = await startWorkspace({ port });
  await page.getByText('The demo does not answer').waitFor({ state: 'detached' });
  await clientOf(slack).chat.postMessage({ channel: CHANNEL, text: 'back again' });
  await page.getByText('back again').waitFor();
});
