import { fails, never, seen, workflow, type Scenario } from './scenario.ts';

const echo = (event: unknown) => ({ got: event });

export const invokes: readonly Scenario[] = [
  {
    name: 'a plain function is invoked',
    body: workflow((context) => context.invoke('look', 'read', { target: 'orders-db' })),
    plain: { read: echo },
  },
  {
    name: 'a plain function that throws',
    body: workflow((context) => context.invoke('look', 'read', {}).catch(seen)),
    plain: { read: fails('too far', 'RangeError') },
  },
  {
    name: 'a durable function is invoked, and waits by itself',
    body: workflow(async (context) => {
      const copied = await context.invoke('copy', 'copy:durable', { n: 2 });
      return context.step('report', async () => ({ copied }));
    }),
    durable: {
      'copy:durable': async ({ n }, context) => {
        await context.wait('settle', { seconds: 1 });
        return context.step('count', async () => Number(n) + 1);
      },
    },
  },
  {
    name: 'a durable function that fails',
    body: workflow((context) => context.invoke('copy', 'copy:durable', {}).catch(seen)),
    durable: {
      'copy:durable': workflow((context) =>
        context.step('hopeless', fails('no space', 'DiskError'), { retryStrategy: never }),
      ),
    },
  },
  {
    name: 'an invoke without a name',
    body: workflow((context) => context.invoke('read', { target: 'orders-db' })),
    plain: { read: echo },
  },
  {
    name: 'a failed invoke that nobody catches fails the execution',
    body: workflow((context) => context.invoke('look', 'read', {})),
    plain: { read: fails('too far', 'RangeError') },
  },
  {
    name: 'invokes beside each other',
    body: workflow(async (context) => {
      const targets = ['a', 'b', 'c'];
      const looked = await context.map(
        'look',
        targets,
        async (inner, target) => inner.invoke(`ask-${target}`, 'read', { target }),
        { maxConcurrency: 2, itemNamer: (target) => target },
      );
      return looked.getResults();
    }),
    plain: { read: echo },
  },
];
