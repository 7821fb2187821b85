import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../core/json.ts';
import { systemClock, type Clock } from '../../runtime/clock.ts';
import { openDurable, type Durable } from '../../runtime/durable/open.ts';
import { LOCAL_REGION, type Functions } from '../../runtime/functions.ts';
import { beginSchedules } from './begin-schedules.ts';
import { deliverEvents, type EventDoors } from './deliver-events.ts';
import { forgetEndpoint, recordEndpoint } from './endpoint-file.ts';
import { findFunction, localFunctions, type LocalFunctions } from './functions.ts';
import { invokeNow } from './invoke-now.ts';
import { startLambdaEndpoint } from './lambda-endpoint.ts';

export type LocalAwsOptions = {
  /** A directory of its own; one process at a time. */
  dataDir: string;
  /** Where serverless.yml and handlers/ are. */
  root: string;
  stage: string;
  /** Told in one line each: an event that nobody took, a schedule that fired. */
  say: (line: string) => void;
  clock?: Clock;
  /** The endpoint's port; a free one when absent. */
  port?: number;
  onChange?: (arn?: string) => void;
  asyncRetryDelaysMs?: readonly number[];
  /** What serverless.yml says, unless given. */
  functions?: LocalFunctions;
};

/** Lambda, EventBridge, Scheduler and SNS as far as serverless.yml uses them, in this process. */
export type LocalAws = EventDoors & {
  /** The Lambda API's address. */
  endpoint: string;
  /** What a process needs in its environment to use this instead of AWS. */
  environment: Readonly<Record<string, string>>;
  durable: Durable;
  /** Calls a function by its full name or its key in serverless.yml, as RequestResponse; a durable one until it has ended. */
  invoke(functionName: string, payload: Json): Promise<Json>;
  /** Goes on with what an earlier process left and starts the schedules; call it when the handlers may run. */
  begin(): void;
  /** Resolves when no work is in flight; executions that wait for a callback do not count. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the local AWS. Nothing runs by itself before `begin`. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { dataDir, root, stage, say, clock = systemClock, onChange, asyncRetryDelaysMs } = options;
  mkdirSync(dataDir, { recursive: true });
  const { functions, sources } = options.functions ?? localFunctions(root, stage);
  const durable = openDurable({
    path: join(dataDir, 'lambda.sqlite'),
    functions,
    clock,
    ...(onChange ? { onChange } : {}),
    ...(asyncRetryDelaysMs ? { asyncRetryDelaysMs } : {}),
  });
  const endpoint = await startLambdaEndpoint(durable, functions, options.port).catch(async (thrown: unknown) => {
    await durable.close();
    throw thrown;
  });
  recordEndpoint(dataDir, { url: endpoint.url, functions: recorded(functions) });
  const doors = deliverEvents(durable, functions, sources, say);
  let stopSchedules = (): void => undefined;
  return {
    ...doors,
    endpoint: endpoint.url,
    environment: environment(endpoint.url),
    durable,
    invoke: async (functionName, payload) => invokeNow(durable, findFunction(functions, functionName), payload),
    begin() {
      durable.recover();
      stopSchedules = beginSchedules(sources.schedules, { durable, clock, doors, say });
    },
    idle: durable.idle,
    async stop() {
      stopSchedules();
      await durable.close();
      await endpoint.close();
      forgetEndpoint(dataDir);
    },
  };
}

function recorded(functions: Functions): Record<string, { durable: boolean }> {
  return Object.fromEntries(
    [...functions.values()].map(({ name, durable }) => [name, { durable: durable !== undefined }]),
  );
}

function environment(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_LAMBDA: url,
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
