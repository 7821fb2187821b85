import { asFault } from '../../core/errors.ts';
import type { RedisMember } from '../../targets/redis.ts';
import { standing, type Standing } from '../redis-switchover/standing.ts';

/** What a replica says of its link to the one that it follows: the part of INFO on which a death is judged. */
export type Link = {
  /** `host:port`, as it was told. */
  follows: string;
  state: 'up' | 'syncing' | 'down';
  /** Since a byte came over it; null where it is down. */
  quietSeconds: number | null;
  /** Since it was lost; null where it is not, or where there was none since the replica was started. */
  downSeconds: number | null;
  /** Clients may write to it beside what it is sent (`replica-read-only no`). */
  takesOwnWrites: boolean;
  /** A quiet link is given up after this (`repl-timeout`); null where this login may not ask. */
  givenUpAfterSeconds: number | null;
};

/** A replica that answers. */
export type Replica = { standing: Standing; link: Link };

/** Reads both in one question; null for a server that follows nobody. Throws a Fault when it does not answer. */
export async function roleOf(member: RedisMember): Promise<{ standing: Standing; link: Link | null }> {
  const said = await member.info();
  const link = linkIn(said);
  const givenUpAfterSeconds = link && (await replTimeout(member));
  return { standing: standing(member.name, said), link: link && { ...link, givenUpAfterSeconds } };
}

/** https://redis.io/docs/latest/commands/config-get/: name and value, one after the other. The acting login may not ask. */
async function replTimeout(member: RedisMember): Promise<number | null> {
  try {
    const said = await member.call('CONFIG', 'GET', 'repl-timeout');
    const seconds = Array.isArray(said) ? Number(said[1]) : Number.NaN;
    return seconds > 0 ? seconds : null;
  } catch (thrown) {
    if (asFault(thrown).code === 'permission_denied') return null;
    throw thrown;
  }
}

/** Pure: the record of INFO as a link. https://redis.io/docs/latest/commands/info/ (replication) */
export function linkIn(said: { readonly [field: string]: string }): Link | null {
  if (said['role'] !== 'slave') return null;
  const seconds = (field: string) => {
    const value = Number(said[field] ?? -1);
    return value < 0 ? null : value;
  };
  const state =
    said['master_link_status'] === 'up' ? 'up' : said['master_sync_in_progress'] === '1' ? 'syncing' : 'down';
  return {
    follows: `${said['master_host']}:${said['master_port']}`,
    state,
    quietSeconds:
      state === 'up'
        ? seconds('master_last_io_seconds_ago')
        : state === 'syncing'
          ? seconds('master_sync_last_io_seconds_ago')
          : null,
    downSeconds: state === 'up' ? null : seconds('master_link_down_since_seconds'),
    takesOwnWrites: said['slave_read_only'] === '0',
    givenUpAfterSeconds: null,
  };
}

/** Pure: for how long it has heard nothing; at least that, for the link may have been quiet before it was lost. */
export function silentSeconds({ quietSeconds, downSeconds }: Link): number | null {
  return quietSeconds ?? downSeconds;
}
