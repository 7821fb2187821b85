import type { Area, Bench } from '../area.ts';
import { BOLT, BOLT_INVOKE, SLACK_HEALTH, SLACK_HELP, type FirstRequest } from '../lambda/first-requests.ts';
import { openLambda, timeOf, type Lambda } from '../lambda/open-lambda.ts';
import { measuresOf, roundRobin, type Contender } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { percentile } from '../statistics.ts';

const BATCH = 50;
const REQUESTS = 2000;

type Way = 'inTurn' | 'together';

const WAYS: Readonly<Record<Way, string>> = {
  inTurn: 'one at a time, as an instance answers',
  together: `${BATCH} at once in one process`,
};
const PAIRS = [
  { ours: SLACK_HELP, theirs: BOLT, against: 'Bolt that acknowledges with a text' },
  { ours: SLACK_HEALTH, theirs: BOLT_INVOKE, against: 'Bolt that awaits an asynchronous Invoke' },
] as const;

/** How long a person's command waits for its acknowledgement when the function is warm. */
export const area: Area = {
  title: 'Acknowledgement: from a signed command to its answer, warm',
  notes: [
    `Each row is at least ${REQUESTS.toLocaleString('en')} requests in turns of ${BATCH} with its counterpart, each with its own signature, time and trigger id; the first two turns count for nothing.`,
    'A Lambda instance answers one event at a time; that is the row to believe. Many at once share one event loop here, which Lambda never does: it shows what the work costs. Each of them is timed from the moment when all arrived.',
    'DynamoDB, Lambda and Slack are answered at once by a stub in another process: what is left is our own work and the SDK.',
    'Ours verifies, looks up who may ask and builds the answer; for `/db health` it claims the request in DynamoDB and starts a run by name. The naive Bolt verifies, and invokes in the second case.',
    'Aim: 99 of 100 in 25 ms or less.',
  ],

  async measure(bench) {
    const lambda = await openLambda(bench);
    const rounds = Math.max(2, bench.times(REQUESTS / BATCH));
    const contenders = await warmInstances(bench, lambda);
    bench.say(`${contenders.length} times ${rounds * BATCH} requests`);
    const measured = await roundRobin(contenders, { rounds, warmups: 2 });
    const times = (request: FirstRequest, way: Way) => measuresOf(measured, nameOf(request, way)).flat();
    return (Object.keys(WAYS) as Way[]).flatMap((way) =>
      PAIRS.flatMap(({ ours, theirs, against }) =>
        [50, 99].map((percent): Figure => ({
          what: `${ours.request}, ${WAYS[way]}: p${percent}`,
          ours: percentile(times(ours, way), percent),
          theirs: percentile(times(theirs, way), percent),
          against,
          unit: 'ms',
        })),
      ),
    );
  },
};

/** Each request on a process of its own for each way; only one of them works at any moment. */
async function warmInstances({ afterwards }: Bench, lambda: Lambda): Promise<Contender<readonly number[]>[]> {
  const contenders: Contender<readonly number[]>[] = [];
  for (const way of Object.keys(WAYS) as Way[]) {
    for (const request of PAIRS.flatMap(({ ours, theirs }) => [ours, theirs])) {
      const instance = await lambda.start(request.bundle);
      afterwards.defer(() => instance.stop());
      const measure = async () => {
        const events = Array.from({ length: BATCH }, () => request.event());
        return (await instance.answers(way, events)).map((answer) => timeOf(answer, request.expects));
      };
      contenders.push({ name: nameOf(request, way), measure });
    }
  }
  return contenders;
}

function nameOf({ bundle, request }: FirstRequest, way: Way): string {
  return `${bundle}: ${request} ${way}`;
}
