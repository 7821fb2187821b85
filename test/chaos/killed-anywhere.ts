import { expect, it } from 'vitest';
import type { SlackMessage } from '../../src/local/slack/message.ts';

/** A form of the bot that can be killed. */
export type Killable = {
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Asks for one health report. */
  ask(): Promise<void>;
  messages(): Promise<readonly SlackMessage[]>;
  /** The text of a finished message. */
  finished: RegExp;
};

const ROUNDS = 12;

/** Kills at moments spread over the length of a run; each run must end in one finished message at the next start. */
export function endsInOneMessage({ start, kill, ask, messages, finished }: Killable): void {
  const top = async () =>
    (await messages()).filter(({ fromBot, threadTs, ephemeralFor }) => fromBot && !threadTs && !ephemeralFor);
  it('a run that is killed at any moment ends in one finished message', { timeout: 600_000 }, async () => {
    await start();
    let asked = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      await ask();
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, round * 25));
      await kill();
      await start();
      while ((await top()).filter(({ text }) => finished.test(text)).length < asked) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const slots = (await top()).map(({ metadata }) => JSON.stringify(metadata));
      expect(new Set(slots).size).toBe(slots.length);
      expect(slots).toHaveLength(asked);
    }
  });
}
