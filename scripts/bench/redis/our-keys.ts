import { findNodes } from '../../../src/operations/keys/nodes.ts';
import { scanSlice } from '../../../src/operations/keys/scan-slice.ts';
import { openTarget, targetFromUrl } from '../../../src/providers/index.ts';
import type { ManyKeys } from './many-keys.ts';

/** What one pass says: the most members of each type, and the bytes of the biggest key. */
export type OurAnswer = { most: ReadonlyMap<string, number>; bytes: number };

/** Every key in one pass, as the steps of `keys full` do it. Throws when one was missed. */
export async function reportOf({ port, keys }: ManyKeys): Promise<OurAnswer> {
  const { spec, secrets } = targetFromUrl(`redis://127.0.0.1:${port}`);
  const target = await openTarget(spec, 'read', {
    secret: (reference) => secrets.resolve(reference),
    deadlineMs: 600_000,
  });
  try {
    if (target.engine !== 'redis') throw new Error('not a Redis target');
    const [node] = (await findNodes(target)).nodes;
    if (!node) throw new Error('no server answered');
    const budget = { keys: null, seconds: 600, cpuSeconds: 600 };
    const slice = await scanSlice(target, { node, cursor: '0', budget });
    if ('skipped' in slice) throw new Error(slice.skipped);
    if (slice.seen !== keys || slice.cursor !== '0') throw new Error(`${slice.seen} of ${keys} keys were seen`);
    const most = new Map<string, number>();
    for (const { type, members } of slice.longest) most.set(type, Math.max(most.get(type) ?? 0, members ?? 0));
    return { most, bytes: slice.biggest[0]?.bytes ?? 0 };
  } finally {
    await target.close();
  }
}
