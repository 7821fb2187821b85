import type { TargetSpec } from '../../../targets/spec.ts';
import type { Acknowledged, CanaryPen } from '../../canary/pen.ts';
import { loginOf, type Login } from '../../credentials.ts';
import type { OpenOptions } from '../../open-options.ts';
import { beat, cut, holdPlace, type Held, type Place } from './row.ts';

/**
 * Finds the server that takes writes as a client does that names all of them (`target_session_attrs=read-write`), or through the
 * poolers; all are tried side by side, and the first that acknowledges is kept.
 */
export function postgresPen(spec: TargetSpec, options: OpenOptions): CanaryPen {
  const places = placesOf(spec);
  let held: Held | undefined;
  let login: Promise<Login> | undefined;
  const drop = () => {
    if (held) cut(held);
    held = undefined;
  };
  return {
    login: spec.members[0]?.credentials.canary?.user ?? 'nightshift_canary',
    write: async (signal) => {
      const kept = held;
      try {
        signal.throwIfAborted();
        signal.addEventListener('abort', drop, { once: true });
        if (kept) return await written(kept);
        login ??= canaryLogin(spec, options);
        const found = await first(places, await login, signal);
        held = found.held;
        return found.acknowledged;
      } catch (thrown) {
        drop();
        throw thrown;
      } finally {
        signal.removeEventListener('abort', drop);
      }
    },
    close: drop,
  };
}

function placesOf(spec: TargetSpec): Place[] {
  const database = spec.database ?? 'postgres';
  if (spec.canary?.by === 'poolers') {
    return (spec.fence?.poolers ?? []).map(({ name, host, port, database: entry, tls }) => ({
      name,
      host,
      port,
      database: entry,
      tls,
    }));
  }
  return spec.members.map(({ name, host, port }) => ({ name, host, port, database, tls: spec.tls }));
}

/** All members have the same one: what writes the row is replicated with its role. */
function canaryLogin(spec: TargetSpec, options: OpenOptions): Promise<Login> {
  const [member] = spec.members;
  if (!member) throw new TypeError('a target has members');
  return loginOf(spec, member, 'canary', options);
}

type Found = { held: Held; acknowledged: Acknowledged };

/** Those that come second are cut, also where two servers take writes. */
async function first(places: readonly Place[], login: Login, signal: AbortSignal): Promise<Found> {
  const all = places.map((place) => holdPlace(place, login));
  const cutAll = () => all.forEach(cut);
  signal.addEventListener('abort', cutAll, { once: true });
  try {
    const found = await Promise.any(
      all.map(async (held): Promise<Found> => {
        await held.client.connect();
        return { held, acknowledged: await written(held) };
      }),
    );
    all.filter((one) => one !== found.held).forEach(cut);
    return found;
  } catch (thrown) {
    cutAll();
    throw thrown;
  } finally {
    signal.removeEventListener('abort', cutAll);
  }
}

async function written(held: Held): Promise<Acknowledged> {
  const { number, at, timeline } = await beat(held);
  return { member: held.place.name, history: timeline, number, before: number - 1, at: at.toISOString() };
}
