// What a Lambda instance does, in a process of its own: imports a handler, then answers events. Plain JavaScript without
// imports, so that the clock shows the bundle and not this file. The first event comes with the command line, because on
// Lambda nothing passes between the load and the first request.
const [, , file, first] = process.argv;
const context = { awsRequestId: 'bench', functionName: 'bench', getRemainingTimeInMillis: () => 10_000 };

const beganMs = performance.now();
const { handler } = await import(file);
const loadMs = performance.now() - beganMs;

/** One answer; its time begins at `sinceMs`, when the request arrived. */
async function answer(event, sinceMs) {
  try {
    const result = await handler(event, context);
    return { ms: performance.now() - sinceMs, answer: JSON.stringify(result) ?? 'null' };
  } catch (thrown) {
    return {
      ms: performance.now() - sinceMs,
      answer: `threw ${thrown instanceof Error ? thrown.message : 'something'}`,
    };
  }
}

const ways = {
  /** All have arrived at once. */
  together: (events) => {
    const sinceMs = performance.now();
    return Promise.all(events.map((event) => answer(event, sinceMs)));
  },
  /** The next arrives when the one before has its answer. */
  inTurn: async (events) => {
    const answers = [];
    for (const event of events) answers.push(await answer(event, performance.now()));
    return answers;
  },
};

process.on('message', async ({ way, events }) => process.send({ answers: await ways[way](events) }));
process.on('disconnect', () => process.exit(0));
process.send({ loadMs, answers: first === undefined ? [] : [await answer(JSON.parse(first), performance.now())] });
