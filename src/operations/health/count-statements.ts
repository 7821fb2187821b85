import type { AnyTarget } from '../../targets/index.ts';
import type { PostgresMember, PostgresTarget } from '../../targets/postgres.ts';
import type { RedisMember, RedisTarget } from '../../targets/redis.ts';

/** The same target on the same connections, counting what is asked of it. */
export type Counted = { target: AnyTarget; statements: () => number };

export function countStatements(target: AnyTarget): Counted {
  let count = 0;
  const tick = () => void (count += 1);
  const counting = target.engine === 'postgres' ? countPostgres(target, tick) : countRedis(target, tick);
  return { target: counting, statements: () => count };
}

function countPostgres(target: PostgresTarget, tick: () => void): PostgresTarget {
  const members = target.members.map((member): PostgresMember => ({
    ...member,
    query: async (sql, values) => {
      tick();
      return member.query(sql, values);
    },
  }));
  const primary = members.find(({ name }) => name === target.primary?.name);
  return { ...target, members, ...(primary ? { primary } : {}) };
}

function countRedis(target: RedisTarget, tick: () => void): RedisTarget {
  const counting = (member: RedisMember): RedisMember => ({
    ...member,
    call: async (command, ...args) => {
      tick();
      return member.call(command, ...args);
    },
    info: async (section) => {
      tick();
      return member.info(section);
    },
  });
  const members = target.members.map(counting);
  const primary = members.find(({ name }) => name === target.primary?.name);
  const sentinels = target.sentinels && { ...target.sentinels, members: target.sentinels.members.map(counting) };
  return { ...target, members, ...(primary ? { primary } : {}), ...(sentinels ? { sentinels } : {}) };
}
