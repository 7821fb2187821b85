import type { Area, Bench } from '../area.ts';
import {
  BARE,
  BOLT,
  BOLT_INVOKE,
  otherRequests,
  SLACK_HEALTH,
  SLACK_HELP,
  type FirstRequest,
} from '../lambda/first-requests.ts';
import { openLambda, timeOf, type Lambda } from '../lambda/open-lambda.ts';
import { measuresOf, roundRobin } from '../round-robin.ts';
import type { Figure } from '../row.ts';
import { median } from '../statistics.ts';

const PROCESSES = 20;
const NAIVE_NAMES: Readonly<Record<string, string>> = {
  'naive/bare': 'bare handler',
  'naive/bolt': 'Bolt that acknowledges with a text',
  'naive/bolt-invoke': 'Bolt that awaits an asynchronous Invoke',
};

type Pair = { ours: FirstRequest; theirs: FirstRequest };

/** Load and first request of every bundle. */
export const area: Area = {
  title: 'Cold start: load and first request of each function',
  notes: [
    `Each number is the median of ${PROCESSES} fresh processes: import of the bundle and its first answer, without the start of Node itself.`,
    'DynamoDB, Lambda and Slack are answered at once by a stub on 127.0.0.1 in another process: the way to AWS is not in it.',
    'The naive Bolt is App, AwsLambdaReceiver and an `authorize` with static ids, bundled with the same settings and nothing left out. Ours also looks up who may ask; for `/db health` it claims the request in DynamoDB and starts a run by name.',
    'Aim: `/db help` at 0.20 of the naive Bolt or less.',
    'KB is all that is deployed; chunks that a request does not need are not loaded.',
  ],

  async measure(bench) {
    const lambda = await openLambda(bench);
    const pairs: readonly Pair[] = [
      { ours: SLACK_HELP, theirs: BOLT },
      { ours: SLACK_HELP, theirs: BARE },
      { ours: SLACK_HEALTH, theirs: BOLT_INVOKE },
      ...otherRequests(bench.root).map((ours) => ({ ours, theirs: BARE })),
    ];
    const timeOfEach = await coldStarts(bench, lambda, pairs);
    return [
      ...pairs.map(({ ours, theirs }) => ({
        what: `${ours.bundle}: ${ours.request}`,
        ours: timeOfEach(ours),
        theirs: timeOfEach(theirs),
        against: NAIVE_NAMES[theirs.bundle] ?? theirs.bundle,
        unit: 'ms' as const,
      })),
      ...sizes(lambda, pairs),
    ];
  },
};

/** Answers with the median of one request. */
async function coldStarts(
  bench: Bench,
  lambda: Lambda,
  pairs: readonly Pair[],
): Promise<(request: FirstRequest) => number> {
  const requests = [...new Set(pairs.flatMap(({ ours, theirs }) => [ours, theirs]))];
  const rounds = bench.times(PROCESSES);
  bench.say(`${requests.length} requests, ${rounds} fresh processes each`);
  const contenders = requests.map((one) => ({ name: nameOf(one), measure: () => coldStart(lambda, one) }));
  const measured = await roundRobin(contenders, { rounds, warmups: 1 });
  return (request) => median(measuresOf(measured, nameOf(request)));
}

function nameOf({ bundle, request }: FirstRequest): string {
  return `${bundle}: ${request}`;
}

/** Load and first answer in ms, in a process of its own. */
async function coldStart(lambda: Lambda, { bundle, event, expects }: FirstRequest): Promise<number> {
  const instance = await lambda.start(bundle, event());
  await instance.stop();
  return instance.loadMs + timeOf(instance.first ?? { ms: 0, answer: 'none' }, expects);
}

/** Each bundle of ours once; only that of Slack has a counterpart. */
function sizes(lambda: Lambda, pairs: readonly Pair[]): Figure[] {
  const bundles = [...new Set(pairs.map(({ ours }) => ours.bundle))];
  return bundles.map((bundle) => {
    const theirs = bundle === SLACK_HEALTH.bundle ? BOLT_INVOKE.bundle : undefined;
    return {
      what: `${bundle}: size of the bundle`,
      ours: lambda.kilobytes(bundle),
      theirs: theirs === undefined ? null : lambda.kilobytes(theirs),
      against: theirs === undefined ? 'nothing comparable' : (NAIVE_NAMES[theirs] ?? theirs),
      unit: 'KB' as const,
    };
  });
}
