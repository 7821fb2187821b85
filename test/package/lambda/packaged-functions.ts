import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames } from '../../../scripts/package/bundle.ts';
import { localFunctions, type LocalFunctions } from '../../../src/local/aws/functions.ts';
import type { FunctionDefinition, Handler } from '../../../src/runtime/functions.ts';
import { root } from '../packaged.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { sharedBundles } from './shared-bundles.ts';

export type PackagedFunctions = {
  functions: LocalFunctions;
  /** Starts the sandbox of one before it is called, as whoever asks it has little patience. */
  warm(name: string): Promise<void>;
  stop(): Promise<void>;
};

/** What a deployed function is given; everything else of this process stays outside. */
const GIVEN = /^(?:NIGHTSHIFT_|SLACK_|AWS_|POWERTOOLS_)|_PASSWORD$/;

/** The functions of serverless.yml, each as its bundle in a sandbox, started when it is first called. */
export async function packagedFunctions(stage: string): Promise<PackagedFunctions> {
  const folder = mkdtempSync(join(tmpdir(), 'nightshift-lambda-'));
  const bundles = await sharedBundles();
  const sandboxes = new Map<string, Promise<Sandbox>>();
  const sandboxOf = (name: string): Promise<Sandbox> => {
    const [taskRoot, scratch] = [join(folder, name), join(folder, 'tmp', name)];
    const sandbox = sandboxes.get(name) ?? startSandbox({ name, taskRoot, scratch, environment: given() });
    sandboxes.set(name, sandbox);
    return sandbox;
  };
  const handlerOf = (name: string): Handler => {
    const taskRoot = join(folder, name);
    mkdirSync(taskRoot);
    cpSync(join(root, 'nightshift.yaml'), join(taskRoot, 'nightshift.yaml'));
    cpSync(join(bundles, name), join(taskRoot, 'dist', name), { recursive: true });
    return async (event, context) => (await sandboxOf(name)).invoke(onTheWire(event), context);
  };
  const { functions, sources } = localFunctions(root, stage);
  const definitions = functionNames(root).map((name) =>
    withHandler(functions.get(`nightshift-${stage}-${name}`), handlerOf(name)),
  );
  return {
    functions: { functions: new Map(definitions.map((definition) => [definition.name, definition])), sources },
    warm: async (name) => void (await sandboxOf(name)),
    stop: async () => {
      await Promise.all([...sandboxes.values()].map(async (sandbox) => (await sandbox).stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function withHandler(definition: FunctionDefinition | undefined, handler: Handler): FunctionDefinition {
  if (!definition) throw new Error('a handler has no function in serverless.yml');
  return { ...definition, handler };
}

function given(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name, value]) => GIVEN.test(name) && value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** The local backend hands its own client along with a durable event; the service does not: there the SDK asks over HTTP. */
function onTheWire(event: unknown): unknown {
  const { DurableExecutionArn, CheckpointToken, InitialExecutionState, UpdatedOperationIds } = Object(event) as {
    [name: string]: unknown;
  };
  if (DurableExecutionArn === undefined) return event;
  return { DurableExecutionArn, CheckpointToken, InitialExecutionState, UpdatedOperationIds };
}
