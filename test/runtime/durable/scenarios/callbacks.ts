import { everySecond, fails, json, never, seen, workflow, type Scenario } from './scenario.ts';

const nobody = async () => undefined;
const asked = new Set<string>();

/** Breaks when it is asked for the first time with a callback id. */
async function brokenAtFirst(callbackId: string): Promise<void> {
  if (asked.has(callbackId)) return;
  asked.add(callbackId);
  throw new Error('the chat is down');
}

const hour = { timeout: { hours: 1 } };

export const callbacks: readonly Scenario[] = [
  {
    name: 'an answer is text unless told otherwise',
    body: workflow((context) => context.waitForCallback('approval', nobody, hour)),
    answers: [{ to: 'approval', succeed: '{"by":"ada"}' }],
  },
  {
    name: 'a refusal carries its type, message and data',
    body: workflow((context) => context.waitForCallback('approval', nobody, hour).catch(seen)),
    answers: [{ to: 'approval', fail: { ErrorType: 'Refused', ErrorMessage: 'ben said no', ErrorData: '{"code":7}' } }],
  },
  {
    name: 'a heartbeat keeps the callback open for its answer',
    body: workflow((context) => {
      const limits = { timeout: { hours: 1 }, heartbeatTimeout: { minutes: 1 } };
      return context.waitForCallback('backup', nobody, limits);
    }),
    answers: [
      { to: 'backup', beat: true },
      { to: 'backup', succeed: 'done' },
    ],
  },
  {
    name: 'a callback is made first and awaited later',
    body: workflow(async (context) => {
      const [answer] = await context.createCallback('copied', { timeout: { hours: 1 }, serdes: json });
      await context.step('start-copy', async () => 'started');
      await context.wait('settle', { seconds: 1 });
      const copied = await answer;
      return { copied };
    }),
    answers: [{ to: 'copied', succeed: '{"sizeBytes":4096}' }],
  },
  {
    name: 'an answer is read as JSON where a serdes says so',
    body: workflow((context) => context.waitForCallback('approval', nobody, { ...hour, serdes: json })),
    answers: [{ to: 'approval', succeed: '{"by":["ada","ben"]}' }],
  },
  {
    name: 'a refusal that nobody catches fails the execution',
    body: workflow((context) => context.waitForCallback('approval', nobody)),
    answers: [{ to: 'approval', fail: { ErrorMessage: 'no' } }],
  },
  {
    name: 'nobody answers in time',
    body: workflow((context) => context.waitForCallback('approval', nobody, { timeout: { seconds: 1 } }).catch(seen)),
  },
  {
    name: 'nobody sends a heartbeat in time',
    body: workflow((context) => {
      const limits = { timeout: { hours: 1 }, heartbeatTimeout: { seconds: 1 } };
      return context.waitForCallback('backup', nobody, limits).catch(seen);
    }),
  },
  {
    name: 'the submitter is retried, and the callback is the same',
    body: workflow((context) =>
      context.waitForCallback('approval', brokenAtFirst, { ...hour, retryStrategy: everySecond }),
    ),
    answers: [{ to: 'approval', succeed: 'yes' }],
  },
  {
    name: 'a submitter that cannot ask fails the wait',
    body: workflow((context) =>
      context.waitForCallback('approval', fails('the chat is down'), { ...hour, retryStrategy: never }).catch(seen),
    ),
  },
  {
    name: 'a callback that was made first fails',
    body: workflow(async (context) => {
      const [answer] = await context.createCallback('copied', hour);
      return answer.catch(seen);
    }),
    answers: [{ to: 'copied', fail: { ErrorType: 'CopyError', ErrorMessage: 'no space' } }],
  },
  {
    name: 'two callbacks one after the other',
    body: workflow(async (context) => {
      const first = await context.waitForCallback('first', nobody, hour);
      await context.wait('pause', { seconds: 1 });
      const second = await context.waitForCallback('second', nobody, hour);
      await context.step('after', async () => `${first} ${second}`);
      return { first, second };
    }),
    answers: [
      { to: 'first', succeed: 'ada' },
      { to: 'second', succeed: 'ben' },
    ],
  },
];
