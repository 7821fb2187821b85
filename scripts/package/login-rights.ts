import type { Config } from '../../src/config/config.ts';
import type { DatabaseRoom } from '../../src/core/room.ts';
import { passwordsOf } from '../../src/targets/passwords.ts';
import { here, type Right } from './right.ts';

/** The references of a room's logins, one by one: they may lie anywhere. */
export function storedOutside(config: Config, name: DatabaseRoom): { store: 'ssm' | 'secretsmanager'; name: string }[] {
  const references = config.targets.flatMap(({ members, fence }) => [
    ...members.flatMap(passwordsOf).flatMap((one) => (one.room === name ? [one.password] : [])),
    ...(fence?.poolers ?? []).map(({ credentials }) => (name === 'copy' ? undefined : credentials[name]?.password)),
  ]);
  const stored = references.flatMap((reference) =>
    reference?.from === 'ssm' || reference?.from === 'secretsmanager'
      ? [{ store: reference.from, name: reference.name }]
      : [],
  );
  return [...new Map(stored.map((one) => [`${one.store}:${one.name}`, one])).values()];
}

/** Signed tokens: the right to log in as exactly the users of this room. */
export function tokens(config: Config, name: DatabaseRoom): Right | undefined {
  const logins = config.targets.flatMap(({ engine, members }) =>
    members.flatMap(({ credentials }) => {
      const login = credentials[name];
      return login?.password?.from === 'iam' && login.user !== undefined ? [{ engine, user: login.user }] : [];
    }),
  );
  const users = (engine: string) => [...new Set(logins.filter((one) => one.engine === engine).map(({ user }) => user))];
  const postgres = users('postgres');
  const redis = users('redis');
  if (postgres.length + redis.length === 0) return undefined;
  return {
    actions: [...(postgres.length > 0 ? ['rds-db:connect'] : []), ...(redis.length > 0 ? ['elasticache:Connect'] : [])],
    resources: [
      ...postgres.map((user) => here('rds-db', `dbuser:*/${user}`)),
      ...(redis.length > 0 ? [here('elasticache', 'replicationgroup:*')] : []),
      ...redis.map((user) => here('elasticache', `user:${user}`)),
    ],
    why: 'logs in with a signed token, as the users of this room alone',
  };
}
