import { fails, never, seen, workflow, type Context, type Scenario } from './scenario.ts';

const say = (context: Context, word: string) => context.step(word, async () => word);
const broken = (context: Context, word: string) => context.step(word, fails(word), { retryStrategy: never });

export const promises: readonly Scenario[] = [
  {
    name: 'promise.all gives every answer',
    body: workflow((context) => context.promise.all('all', [say(context, 'one'), say(context, 'two')])),
  },
  {
    name: 'promise.all fails with the first failure',
    body: workflow((context) => context.promise.all('all', [say(context, 'one'), broken(context, 'two')]).catch(seen)),
  },
  {
    name: 'promise.allSettled gives answers and errors',
    body: workflow(async (context) => {
      const settled = await context.promise.allSettled('settled', [say(context, 'one'), broken(context, 'two')]);
      return settled.map((one) => (one.status === 'fulfilled' ? one.value : seen(one.reason)));
    }),
  },
  {
    name: 'promise.any gives the first answer',
    body: workflow((context) => context.promise.any('any', [broken(context, 'one'), say(context, 'two')])),
  },
  {
    name: 'promise.any fails when everything does',
    body: workflow((context) =>
      context.promise.any('any', [broken(context, 'one'), broken(context, 'two')]).catch(seen),
    ),
  },
  {
    name: 'promise.race gives what comes first, without a name',
    body: workflow((context) => context.promise.race([say(context, 'one')])),
  },
];
