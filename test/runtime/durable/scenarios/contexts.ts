import { ChildContextError } from '@aws/durable-execution-sdk-js';
import { fails, never, seen, workflow, type Scenario } from './scenario.ts';

/** Over the 256 KB from which the SDK replays the children of a context instead of keeping its result. */
const big = 300 * 1024;

export const contexts: readonly Scenario[] = [
  {
    name: 'a child context keeps its result and not its children',
    body: workflow(async (context) => {
      const sum = await context.runInChildContext('judge', async (child) => {
        const one = await child.step('one', async () => 1);
        return one + (await child.step('two', async () => 2));
      });
      await context.wait('pause', { seconds: 1 });
      return sum;
    }),
  },
  {
    name: 'a child context with a result over 256 KB is built again from its children',
    body: workflow(async (context) => {
      const text = await context.runInChildContext('report', async (child) => {
        const letter = await child.step('letter', async () => 'x');
        return letter.repeat(big);
      });
      await context.wait('pause', { seconds: 1 });
      return context.step('size', async () => text.length);
    }),
  },
  {
    name: 'a child context that fails',
    body: workflow((context) =>
      context
        .runInChildContext('judge', async (child) => {
          await child.step('one', async () => 1);
          return child.step('broken', fails('down', 'NetworkError'), { retryStrategy: never });
        })
        .catch(seen),
    ),
  },
  {
    name: 'a virtual context leaves no trace of its own',
    body: workflow((context) =>
      context.runInChildContext('unseen', (child) => child.step('one', async () => 1), { virtualContext: true }),
    ),
  },
  {
    name: 'contexts inside contexts, the outer one over 256 KB',
    body: workflow(async (context) => {
      const size = await context.runInChildContext('outer', async (outer) => {
        const inner = await outer.runInChildContext('inner', async (child) => child.step('deep', async () => 'y'));
        await outer.wait('pause', { seconds: 1 });
        return inner.repeat(big);
      });
      await context.wait('pause', { seconds: 1 });
      return size.length;
    }),
  },
  {
    name: 'a child context whose errors are translated',
    body: workflow((context) =>
      context
        .runInChildContext('judge', (child) => child.step('broken', fails('down'), { retryStrategy: never }), {
          errorMapper: (original) => new ChildContextError(`translated: ${original.message}`, original),
        })
        .catch(seen),
    ),
  },
  {
    name: 'an empty child context with a subtype',
    body: workflow((context) => context.runInChildContext('empty', async () => undefined, { subType: 'Precheck' })),
  },
];
