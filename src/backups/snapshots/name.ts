import { createHash } from 'node:crypto';

/** The operator role may make and tag what is called so, and nothing else (infra/roles.generated.yml). */
export const NAME_PREFIX = 'nightshift-';

/** ElastiCache takes 50 characters of a name, RDS 255. */
const MOST_CHARACTERS = 50;

/**
 * Pure: `nightshift-shop-db-20261129-05ed3501`, of the target, the day and the run. RDS takes letters, digits and single hyphens.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html
 */
export function snapshotName(target: string, runId: string, at: string): string {
  const digits = createHash('sha256').update(runId).digest('hex').slice(0, 8);
  return `${nameBegin(target)}-${at.slice(0, 10).replaceAll('-', '')}-${digits}`;
}

/** What comes after it: the day and the digits of the run, with a hyphen before each. */
const END_CHARACTERS = 18;

/** Pure: with what the names of all snapshots of a target begin. */
export function nameBegin(target: string): string {
  const plain = target.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const room = MOST_CHARACTERS - NAME_PREFIX.length - END_CHARACTERS;
  return `${NAME_PREFIX}${plain.slice(0, room).replaceAll(/^-|-$/g, '')}`;
}
