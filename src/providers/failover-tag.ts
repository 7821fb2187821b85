import type { Precheck } from '../targets/switchover.ts';

/** The tag by which somebody allows it: the failover role asks for it, too (docs/permissions.md). */
const TAG = { Key: 'nightshift:failover', Value: 'allowed' };

type Tag = { Key?: string | undefined; Value?: string | undefined };

/** Pure: whether somebody has allowed it by the tag. */
export function isTagged(tags: readonly Tag[]): boolean {
  return tags.some(({ Key, Value }) => Key === TAG.Key && Value === TAG.Value);
}

/** Pure: stops what nobody has allowed, with the command that does. `tags` undefined: AWS does not tell. */
export function allowedByTag(
  service: 'rds' | 'elasticache',
  { name, arn, tags }: { name: string; arn: string; tags: readonly Tag[] | undefined },
): Precheck {
  const what = 'Allowed';
  const words = `${TAG.Key} = ${TAG.Value}`;
  if (tags === undefined)
    return { name: what, says: 'warns', sentence: `AWS does not tell whether ${name} is tagged ${words}.` };
  if (isTagged(tags)) return { name: what, says: 'ok', sentence: `Tagged ${words}.` };
  const command = `aws ${service} add-tags-to-resource --resource-name ${arn} --tags Key=${TAG.Key},Value=${TAG.Value}`;
  return {
    name: what,
    says: 'stops',
    sentence: `Nobody has allowed that ${name} is failed over: tag it ${words} (${command}).`,
  };
}
