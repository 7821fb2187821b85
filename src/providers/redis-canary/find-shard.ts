import type { TargetSpec } from '../../targets/spec.ts';
import type { OpenOptions } from '../open-options.ts';
import { nameAt } from './find.ts';
import { openCanary } from './key.ts';
import type { Find, Found } from './pen.ts';

type Address = { host: string; port: number };

const MOVED = /^MOVED \d+ (\S*):(\d+)/;

/**
 * As a client of a cluster does: asks any node, and goes where that one says that the slot of the key is.
 * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#redirection-and-resharding
 */
export function findShard(spec: TargetSpec, key: string, options: OpenOptions): Find {
  return async (signal) => {
    const tries = spec.members.map((member) => openAt(spec, member, key, options));
    const answered = await Promise.any(tries);
    for (const one of tries) {
      void one.then(
        (other) => (other === answered || !('session' in other) ? undefined : other.session.close()),
        () => undefined,
      );
    }
    signal.throwIfAborted();
    if ('session' in answered) return answered;
    const moved = await openAt(spec, answered.moved, key, options);
    if ('session' in moved) return moved;
    throw new Error('TRYAGAIN two nodes name each other');
  };
}

/** The shard's own primary answers a look at the key; every other node says where it is. */
async function openAt(
  spec: TargetSpec,
  address: Address,
  key: string,
  options: OpenOptions,
): Promise<Found | { moved: Address }> {
  const session = await openCanary(spec, address, options);
  try {
    await session.call('GET', key);
    return { session, name: nameAt(spec, address) };
  } catch (thrown) {
    await session.close();
    const [, host, port] = MOVED.exec(thrown instanceof Error ? thrown.message : '') ?? [];
    if (port === undefined) throw thrown;
    // Without a host it is the one that was asked.
    return { moved: { host: host || address.host, port: Number(port) } };
  }
}
