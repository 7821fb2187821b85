import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { slashCommand } from './requests.ts';

/** One bundle with the request that is measured on it. */
export type FirstRequest = {
  bundle: string;
  /** The request in words, for the row. */
  request: string;
  /** Made anew for each process: a signature grows old. */
  event(): unknown;
  /** What the answer must look like, so that nobody wins by failing. */
  expects: RegExp;
};

/** What ours are held against. */
export const BARE: FirstRequest = {
  bundle: 'naive/bare',
  request: 'anything',
  event: () => ({}),
  expects: /^\{"statusCode":200\}$/,
};
export const BOLT: FirstRequest = {
  bundle: 'naive/bolt',
  request: '/db help',
  event: () => slashCommand('help'),
  expects: /^\{"statusCode":200,.*You asked for help/,
};
export const BOLT_INVOKE: FirstRequest = {
  bundle: 'naive/bolt-invoke',
  request: '/db health shop-db',
  event: () => slashCommand('health shop-db'),
  expects: /^\{"statusCode":200,.*On it: health shop-db/,
};

export const SLACK_HELP: FirstRequest = {
  bundle: 'slack',
  request: '/db help',
  event: () => slashCommand('help'),
  expects: /^\{"statusCode":200,.*What you can type/,
};
export const SLACK_HEALTH: FirstRequest = {
  bundle: 'slack',
  request: '/db health shop-db',
  event: () => slashCommand('health shop-db'),
  expects: /^\{"statusCode":200,.*On it: health shop-db, run health-/,
};

/** The other functions, each with the smallest request that goes through its door. */
export function otherRequests(root: string): readonly FirstRequest[] {
  const suppressed = readFileSync(join(root, 'events', 'alarm.eventbridge.suppressed.json'), 'utf8');
  return [
    {
      bundle: 'schedule',
      request: "the minute's tick, nothing left over",
      event: () => ({ tick: 'minute' }),
      expects: /^\{"started":0,"waiting":0,/,
    },
    {
      bundle: 'alarm',
      request: 'an alarm that its composite suppresses',
      event: () => JSON.parse(suppressed),
      expects: /suppressed by its composite alarm/,
    },
    {
      bundle: 'run',
      request: 'an event that is not durable, refused',
      event: () => ({ operation: 'health' }),
      expects: /^threw Unexpected payload provided to start the durable execution/,
    },
    ...['read', 'act', 'copy', 'logs', 'prune'].map(unknownStep),
  ];
}

function unknownStep(room: string): FirstRequest {
  return {
    bundle: room,
    request: 'a step that nobody knows, answered with a fault',
    event: () => ({ runId: 'bench', operation: 'health', step: 'none', target: 'shop-db', args: {}, mode: 'run' }),
    expects: /"fault".*there is no step health\.none/,
  };
}
