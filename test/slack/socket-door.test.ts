import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { startLocalSlack, type LocalSlack } from '../../src/local/slack/start.ts';
import { createSocketDoor, type SocketDoor, type SocketDoorOptions } from '../../src/slack/socket-door.ts';
import { testOptions, TOKEN } from '../local/slack/workspace-options.ts';
import { held } from './test-door.ts';

const APP_TOKEN = 'xapp-tests';
let slack: LocalSlack;
let door: SocketDoor;
const asked: object[] = [];
const logged: string[] = [];
afterEach(async () => {
  await door.close();
  await slack.stop();
  asked.length = 0;
  logged.length = 0;
});

/** A door on a workspace with Socket Mode. */
async function start(options: Partial<SocketDoorOptions> = {}, patienceMs = 3000): Promise<void> {
  slack = await startLocalSlack(testOptions({ appToken: APP_TOKEN, acknowledgeWithinMs: patienceMs }));
  door = doorTo(slack, options);
}

function doorTo({ apiUrl }: LocalSlack, options: Partial<SocketDoorOptions>): SocketDoor {
  const claimed = new Set<string>();
  return createSocketDoor({
    appToken: APP_TOKEN,
    apiUrl,
    authorize: async () => ({ botToken: TOKEN, botId: 'B1', botUserId: 'U0BOT', teamId: 'T0SHOP' }),
    claim: async (key) => !claimed.has(key) && claimed.add(key).has(key),
    now: Date.now,
    log: (line) => logged.push(JSON.stringify(line)),
    onCommand: async (request) => ({ reply: `heard ${request.text} ${asked.push(request)}` }),
    onButton: async (request) => ({ reply: `clicked ${asked.push(request)}` }),
    onForm: async (request) => ({ reply: `filled in ${asked.push(request)}` }),
    ...options,
  });
}

const command = async (text = 'health') => (await slack.command('omar', 'database-alerts', `/db ${text}`)).ack;

describe('the door without an address', () => {
  it('keeps two connections and answers a command in its acknowledgement', async () => {
    await start();
    await door.open();
    await slack.sockets.connected(2);
    expect((await command()).text).toBe('heard health 1');
  });

  it('does a command that Slack sends again once', async () => {
    await start();
    await door.open();
    slack.sockets.repeat(3);
    await command();
    await command('slow');
    expect(asked).toMatchObject([{ text: 'health' }, { text: 'slow' }]);
  });

  it('says that it still works on what takes longer, and answers afterwards', async () => {
    const answer = held({ reply: 'at last' });
    await start({ onCommand: () => answer.promise, answerWithinMs: 50 });
    await door.open();
    expect((await command()).text).toMatch(/Still working on it/);
    answer.release();
    await slack.waitFor(({ text }) => text === 'at last', 5_000);
  });

  it('answers in words when a listener fails, and keeps the words of a bug to itself', async () => {
    const fail = (thrown: Error) => async () => {
      throw thrown;
    };
    await start({ onCommand: fail(new Fault('throttled', 'Too much at once.')) });
    await door.open();
    expect((await command()).text).toMatch(/^Too much at once\. .*Error id: [0-9a-f]{8}\.$/);
    await door.close();
    door = doorTo(slack, { onCommand: fail(new Error('canary')) });
    await door.open();
    expect((await command()).text).toMatch(/^Something broke inside Nightshift\./);
  });

  it('answers in words when nobody can say who the bot is', async () => {
    await start({
      authorize: async () => {
        throw new Fault('throttled', 'The token is away.');
      },
    });
    await door.open();
    expect((await command()).text).toMatch(/The token is away/);
  });
});

describe('a connection', () => {
  it('that Slack renews is opened again, and meanwhile the other answers', async () => {
    await start();
    await door.open();
    await slack.sockets.connected(2);
    slack.sockets.disconnect('refresh_requested');
    expect(slack.sockets.count()).toBe(1);
    expect((await command()).text).toMatch(/heard/);
    await slack.sockets.connected(2);
    expect((await command()).text).toMatch(/heard/);
    expect(logged.join()).toMatch(/Slack ends it: refresh_requested/);
  });

  it('that breaks is opened again when Slack is back', async () => {
    await start();
    await door.open();
    await slack.sockets.connected(2);
    slack.faults.set({ outage: true });
    slack.sockets.cut();
    await slack.sockets.connected(0);
    expect((await command()).error).toMatch(/dispatch_failed/);
    slack.faults.set({ outage: false });
    await slack.sockets.connected(2);
    expect((await command()).text).toMatch(/heard/);
  });

  it('is waited for at the start while Slack is away', async () => {
    await start();
    slack.faults.set({ outage: 'refuse' });
    const opened = door.open();
    while (logged.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(door.connections()).toBe(0);
    slack.faults.set({ outage: false });
    await opened;
    expect(door.connections()).toBeGreaterThan(0);
  });

  it('with a token that Slack refuses says what the token has to be, and never the token', async () => {
    await start({ appToken: 'xapp-canary' });
    await expect(door.open()).rejects.toThrow(/Slack refuses SLACK_APP_TOKEN \(invalid_auth\).*connections:write/);
    expect(logged.join()).not.toMatch(/canary/);
  });

  it('with the token of the bot is refused too', async () => {
    await start({ appToken: TOKEN });
    await expect(door.open()).rejects.toThrow(/not_allowed_token_type/);
  });

  it('is closed only after what was taken is answered', async () => {
    const answer = held({ reply: 'just in time' });
    const taken = Promise.withResolvers<void>();
    await start({
      onCommand: () => {
        taken.resolve();
        return answer.promise;
      },
    });
    await door.open();
    const ack = command();
    await taken.promise;
    const closed = door.close();
    answer.release();
    expect((await ack).text).toBe('just in time');
    await closed;
    await slack.sockets.connected(0);
  });
});
