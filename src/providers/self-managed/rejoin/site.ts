import type { PostgresTarget } from '../../../targets/postgres.ts';
import type { Hands } from '../../../targets/rejoin.ts';
import type { TargetSpec } from '../../../targets/spec.ts';

/** The servers as this room reaches them, and whoever has a hand on their hosts; none where no process lives on. */
export type Site = {
  spec: TargetSpec;
  target: Pick<PostgresTarget, 'name' | 'members' | 'unreached'>;
  hands: Hands | undefined;
  now(): number;
};

/** By this name a hand is asked how far it is. */
export function handName({ spec }: Pick<Site, 'spec'>, member: string): string {
  return `${spec.name}/${member}`;
}

/** The name of a standby's slot: lower-case letters, digits and underscores, 63 at most. */
export function slotOf(member: string): string {
  return member
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]/g, '_')
    .slice(0, 63);
}
