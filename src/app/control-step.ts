import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { Fault } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { ReadStep, TargetName } from '../core/operation.ts';
import { hidingWith } from './hiding.ts';
import { repeatable } from './retries.ts';
import { RESULT_BYTES_LIMIT } from './room.ts';
import type { RunTools } from './run-tools.ts';

type CloudStep = Pick<ReadStep<unknown, Json, Json>, 'run'> & { copies?: 'in-cloud' };

/**
 * A step of the control room: `run` is this room, so it is carried out here, as a checkpoint. It is given the cloud that hosts
 * the target and nothing else; its result is masked as that of any other room.
 */
export function callControl(
  durable: DurableContext,
  tools: Pick<RunTools, 'openCloud' | 'mask' | 'keptNames'>,
  { name, runId }: { name: string; runId: string },
  step: CloudStep,
): (target: TargetName, args: Json) => Promise<Json> {
  return (target, args) =>
    durable.step<Json>(
      `${name} ${target.name}`,
      () => inControl(tools, { name, runId }, step, target, args),
      repeatable,
    );
}

async function inControl(
  { openCloud, mask, keptNames }: Pick<RunTools, 'openCloud' | 'mask' | 'keptNames'>,
  { name, runId }: { name: string; runId: string },
  step: CloudStep,
  target: TargetName,
  args: Json,
): Promise<Json> {
  const cloud = await openCloud(target.name, step.copies === undefined ? undefined : { runId, mode: 'copy' });
  try {
    const result = hidingWith(keptNames(target.name)).result(mask(await step.run(cloud, args)));
    if (Buffer.byteLength(JSON.stringify(result)) <= RESULT_BYTES_LIMIT) return result;
    throw new Fault('unsupported', `the answer of ${name} is larger than ${RESULT_BYTES_LIMIT} bytes`);
  } finally {
    cloud.close();
  }
}
