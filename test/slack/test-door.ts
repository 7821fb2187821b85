import { createSlackDoor, type DoorOptions, type SlackDoor } from '../../src/slack/door.ts';
import { nowMs, secret } from './signed-request.ts';
import { startSlackStub, type SlackStub } from './slack-stub.ts';

/** A door in front of a stub of Slack: what was asked and logged can be read, every part can be replaced. */
export type TestDoor = {
  slack: SlackStub;
  logged: object[];
  asked: object[];
  door(options?: Partial<DoorOptions>): SlackDoor;
};

export async function startTestDoor(): Promise<TestDoor> {
  const slack = await startSlackStub();
  const logged: object[] = [];
  const asked: object[] = [];
  return { slack, logged, asked, door: (options) => doorWith({ slack, logged, asked }, options) };
}

function doorWith({ slack, logged, asked }: Omit<TestDoor, 'door'>, options: Partial<DoorOptions> = {}): SlackDoor {
  const claimed = new Set<string>();
  return createSlackDoor({
    signingSecrets: [secret],
    authorize: async () => ({ botToken: 'xoxb-test', botId: 'B1', botUserId: 'U0BOT', teamId: 'T0NIGHT' }),
    apiUrl: slack.apiUrl,
    claim: async (key) => !claimed.has(key) && claimed.add(key).has(key),
    now: () => nowMs,
    log: (line) => logged.push(line),
    onCommand: async (request) => ({ reply: `heard ${request.text} ${asked.push(request)}` }),
    onButton: async (request) => ({ reply: `clicked ${asked.push(request)}` }),
    onForm: async (request) => ({ reply: `filled in ${asked.push(request)}` }),
    ...options,
  });
}

/** The words of an acknowledged command. */
export function said(answer: { body: string }): { text: string; response_type: string } {
  return JSON.parse(answer.body) as { text: string; response_type: string };
}

/** Work that ends when the test says so. */
export function held<T>(value: T): { promise: Promise<T>; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, release: () => resolve(value) };
}
