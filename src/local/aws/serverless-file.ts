import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Fault } from '../../core/errors.ts';
import { parseServerlessYaml, resolveVariables } from './serverless-variables.ts';

const expressions = z
  .union([z.string(), z.array(z.string())])
  .transform((rate) => (Array.isArray(rate) ? rate : [rate]));
const scheduleEvent = z.union([
  z
    .string()
    .transform((rate) => ({ rate: [rate], enabled: true, name: undefined, timezone: undefined, input: undefined })),
  z.object({
    rate: expressions,
    enabled: z.boolean().default(true),
    name: z.string().optional(),
    timezone: z.string().optional(),
    input: z.unknown().optional(),
  }),
]);
const snsEvent = z.union([
  z.string().transform((topicName) => ({ topicName, arn: undefined })),
  z.object({ topicName: z.string().optional(), arn: z.unknown().optional() }),
]);
const functionEvent = z.object({
  schedule: scheduleEvent.optional(),
  eventBridge: z.object({ pattern: z.record(z.string(), z.unknown()) }).optional(),
  sns: snsEvent.optional(),
});
const lambdaFunction = z.object({
  handler: z.string(),
  name: z.string().optional(),
  timeout: z.number().positive().optional(),
  url: z.unknown().optional(),
  events: z.array(functionEvent).default([]),
  durableConfig: z
    .object({ executionTimeout: z.number().positive(), retentionPeriodInDays: z.number().positive().default(14) })
    .optional(),
});
const serverlessFile = z.object({
  service: z.string(),
  provider: z.object({ timeout: z.number().positive().default(6) }),
  functions: z.record(z.string(), lambdaFunction),
});

export type ServerlessFile = z.output<typeof serverlessFile>;
export type ServerlessFunction = ServerlessFile['functions'][string];

/**
 * The parts of serverless.yml that the laptop needs. Throws an `invalid_request` fault that names every problem.
 * Shapes: https://github.com/oss-serverless/serverless/tree/main/docs
 */
export function readServerlessFile(root: string, stage: string): ServerlessFile {
  const document: unknown = parseServerlessYaml(readFileSync(join(root, 'serverless.yml'), 'utf8'));
  const { service, provider, functions }: { service?: unknown; provider?: unknown; functions?: unknown } =
    Object(document);
  const { timeout }: { timeout?: unknown } = Object(provider);
  const needed = resolveVariables({ service, provider: { timeout }, functions }, document, { root, stage });
  const parsed = serverlessFile.safeParse(needed);
  if (parsed.success) return parsed.data;
  throw new Fault('invalid_request', `serverless.yml: ${z.prettifyError(parsed.error)}`);
}
