import type { Check, Seen } from '../../src/core/check.ts';
import type { Json } from '../../src/core/json.ts';
import { startCloudEndpoint, type CloudEndpoint } from '../../src/local/aws/cloud/endpoint.ts';
import { emptyCloud, type CloudModel } from '../../src/local/aws/cloud/model.ts';
import { openCloud } from '../../src/providers/cloud.ts';
import type { Engine } from '../../src/core/engine.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';

/** The moment at which the cloud of tests stands still. */
export const CLOUD_NOW = Date.parse('2026-11-28T02:00:00Z');

export type TestCloud = {
  model: CloudModel;
  endpoint: CloudEndpoint;
  /** Puts another model in the place of the present one. */
  becomes(model: CloudModel): void;
  stop(): Promise<void>;
};

/** The stand-in of AWS with nothing in it; this process asks it instead of AWS until it is stopped. */
export async function startTestCloud(now: () => number = () => CLOUD_NOW): Promise<TestCloud> {
  const model = emptyCloud();
  const endpoint = await startCloudEndpoint(model, { now });
  const before = { ...process.env };
  Object.assign(process.env, endpoint.environment);
  return {
    model,
    endpoint,
    becomes: (next) => void Object.assign(model, emptyCloud(), next),
    async stop() {
      for (const name of Object.keys(endpoint.environment)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
      await endpoint.close();
    },
  };
}

/** A target that is hosted: its members carry the names that the cloud has for them. */
export function hostedSpec(engine: Engine, provider: string, ...members: readonly string[]): TargetSpec {
  return {
    name: engine === 'postgres' ? 'shop-db' : 'shop-cache',
    engine,
    provider,
    environment: 'test',
    region: 'eu-central-1',
    rooms: 'default',
    tls: true,
    alarms: [],
    members: members.map((name, index) => ({
      name,
      role: index === 0 ? 'primary' : 'replica',
      host: `${name}.abc.eu-central-1.rds.amazonaws.com`,
      port: engine === 'postgres' ? 5432 : 6379,
      credentials: {},
    })),
  };
}

/** What a check of the control room answers for a hosted target. */
export async function askCloudOf<T>(check: Check<T>, spec: TargetSpec): Promise<Seen<Json>> {
  const cloud = await openCloud(spec, { region: undefined, now: () => CLOUD_NOW });
  try {
    const ask = check.ask.control ?? check.ask.machine;
    if (!ask) throw new Error(`${check.id} asks neither a cloud nor machines`);
    return await ask(cloud as never);
  } finally {
    cloud.close();
  }
}

/** The sample of a check that must have answered. */
export async function cloudSampleOf<T>(check: Check<T>, spec: TargetSpec): Promise<Json> {
  const seen = await askCloudOf(check, spec);
  if ('sample' in seen) return seen.sample;
  throw new Error(`${check.id} did not answer: ${JSON.stringify(seen)}`);
}
