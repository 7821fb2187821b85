import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../area.ts';
import { bundleAll } from './bundles.ts';
import { functionEnvironment } from './environment.ts';
import { startInstance, type Answer, type Instance } from './start-instance.ts';
import { startStubs } from './start-stubs.ts';

/** Every bundle, ready to be started beside stubs of AWS and Slack. */
export type Lambda = {
  /** Size of all that is deployed, in KB of 1,024 bytes. */
  kilobytes(bundle: string): number;
  start(bundle: string, first?: unknown): Promise<Instance>;
};

/** Bundles what is measured and starts the stubs; both go when the area ends. */
export async function openLambda({ root, say, afterwards }: Bench): Promise<Lambda> {
  const taskRoot = realpathSync(mkdtempSync(join(tmpdir(), 'nightshift-bench-')));
  afterwards.defer(() => rmSync(taskRoot, { recursive: true, force: true }));
  const stubs = await startStubs();
  afterwards.defer(() => stubs.stop());
  const bundles = await bundleAll(root, taskRoot);
  const bundleOf = (name: string) => {
    const found = bundles.get(name);
    if (!found) throw new Error(`there is no bundle ${name}`);
    return found;
  };
  say(`bundled ${[...bundles.keys()].join(', ')}`);
  return {
    kilobytes: (name) => bundleOf(name).kilobytes,
    start: (name, first) =>
      startInstance(bundleOf(name).file, functionEnvironment(name, taskRoot, stubs.address), first),
  };
}

/** How long an answer took. Throws when it is not the answer that was to be measured: a fast refusal is no result. */
export function timeOf({ ms, answer }: Answer, expected: RegExp): number {
  if (!expected.test(answer)) throw new Error(`unexpected answer of a bundle: ${answer.slice(0, 300)}`);
  return ms;
}
