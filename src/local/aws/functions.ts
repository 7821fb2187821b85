import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../../core/errors.ts';
import type { FunctionDefinition, Functions, Handler } from '../../runtime/functions.ts';
import { eventSources, type EventSources } from './event-sources.ts';
import { readServerlessFile, type ServerlessFunction } from './serverless-file.ts';

/** The functions of serverless.yml, by full name, and what invokes them. */
export type LocalFunctions = { functions: Functions; sources: EventSources };

/** The alias that osls gives a durable function; triggers and callers use it. */
export const DURABLE_ALIAS = 'durable';

/** Reads serverless.yml below `root`; a handler is imported when it is first called. */
export function localFunctions(root: string, stage: string): LocalFunctions {
  const file = readServerlessFile(root, stage);
  const names = Object.entries(file.functions).map(([key, entry]) => ({
    key,
    entry,
    name: entry.name ?? `${file.service}-${stage}-${key}`,
  }));
  const definitions = names.map(({ entry, name }) => definitionOf(root, name, entry, file.provider.timeout));
  const functions = new Map(definitions.map((definition) => [definition.name, definition]));
  return { functions, sources: eventSources(names) };
}

/** A function by its full name or its key in serverless.yml. Throws an `invalid_request` fault that lists them. */
export function findFunction(functions: Functions, nameOrKey: string): FunctionDefinition {
  const found = functions.get(nameOrKey) ?? [...functions.values()].find(({ name }) => name.endsWith(`-${nameOrKey}`));
  if (found !== undefined) return found;
  throw new Fault('invalid_request', `no function ${nameOrKey}; there are ${[...functions.keys()].join(', ')}`);
}

function definitionOf(
  root: string,
  name: string,
  entry: ServerlessFunction,
  defaultTimeoutSeconds: number,
): FunctionDefinition {
  const { executionTimeout, retentionPeriodInDays } = entry.durableConfig ?? {};
  const durable = { executionTimeoutSeconds: executionTimeout ?? 0, retentionDays: retentionPeriodInDays ?? 0 };
  return {
    name,
    handler: lazyHandler(handlerFile(root, entry.handler)),
    timeoutSeconds: entry.timeout ?? defaultTimeoutSeconds,
    ...(entry.durableConfig === undefined ? {} : { durable }),
  };
}

/** The source of a bundle: `dist/run/index.handler` is built from `handlers/run.ts`. */
function handlerFile(root: string, handler: string): string {
  const name = /^dist\/([^/]+)\//.exec(handler)?.[1] ?? /^handlers\/([^/.]+)\./.exec(handler)?.[1];
  const file = join(root, 'handlers', `${name}.ts`);
  if (name === undefined || !existsSync(file)) {
    throw new Fault('invalid_request', `serverless.yml: handler ${handler} has no file handlers/${name ?? '?'}.ts`);
  }
  return file;
}

function lazyHandler(file: string): Handler {
  return async (event, context) => {
    const { handler }: { handler?: unknown } = await import(pathToFileURL(file).href);
    if (typeof handler !== 'function') throw new Fault('bug', `${file} exports no handler`);
    return handler(event, context);
  };
}
