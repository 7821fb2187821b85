import {
  AddTagsToResourceCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { NAME_PREFIX } from '../../../backups/snapshots/name.ts';
import type { CloudDrill, DrillBefore, DrillNote } from '../../../targets/cloud-restore.ts';
import { askCloud } from '../../ask-cloud.ts';
import { drillRoleOf } from '../../failover-role.ts';
import { orderAs } from '../../order-once.ts';
import { PROVEN_TAG, tagValue } from '../../snapshot-tags.ts';
import { RESTORE_RIGHTS, restoresFor } from '../restore/open.ts';
import { sourceOf, type RestoreWork } from '../restore/source.ts';
import { RESTORE_WORDS } from '../restore/words.ts';
import { DRILL_TAG, DRILLED_TAG, drillName, MOST_MS, UNTIL_TAG } from './marks.ts';
import { leftoversOf, tearDown } from './tear-down.ts';

const NO_PLACE =
  'a drill of what AWS hosts needs a place apart, and costs money: write `backup: { drillIn: { subnetGroup: …, securityGroups: [sg-…] } }` in nightshift.yaml (docs/backups.md)';

/** Restores for a drill, as a role of its own, and takes it away again. */
export function openDrill(work: RestoreWork): CloudDrill {
  const { spec, access } = work;
  const place = spec.backup?.drillPlace;
  const restores = restoresFor(work, {
    role: drillRoleOf(access),
    nameOf: ({ run, at }) => drillName(spec.name, run, at),
    tags: [
      { Key: DRILL_TAG, Value: spec.name },
      { Key: UNTIL_TAG, Value: new Date(access.now() + MOST_MS).toISOString() },
    ],
    drill: place,
  });
  return {
    ...restores,
    look: async (asked) => (place ? restores.look(asked) : { refused: NO_PLACE }),
    tearDown: (as) => tearDown(work, as),
    leftovers: async () => {
      const seen = await askCloud(spec, access, RESTORE_RIGHTS, () => leftoversOf(work));
      if ('sample' in seen) return { left: seen.sample };
      return { refused: 'skipped' in seen ? `${seen.skipped}. ${seen.fix}` : seen.unreliable };
    },
    before: () => before(work),
    note: (note) => noteOn(work, note),
  };
}

/** Pure: as it is written on a snapshot: `2026-11-29T06:20:00.000Z L4 612 640`. */
export function noteText({ at, level, restoreSeconds, usableSeconds }: Omit<DrillNote, 'from'>): string {
  return `${at} ${level ?? 'failed'} ${Math.round(restoreSeconds)} ${Math.round(usableSeconds)}`;
}

/** Pure: what such a note says; undefined where somebody wrote something else. */
export function noteRead(text: string): DrillBefore | undefined {
  const [, at = '', , restore, usable] = /^(\S+Z) (L\d|failed) (\d+) (\d+)$/.exec(text) ?? [];
  if (restore === undefined || usable === undefined) return undefined;
  return { at, restoreSeconds: Number(restore), usableSeconds: Number(usable) };
}

async function before(work: RestoreWork): Promise<DrillBefore[]> {
  const { name, cluster } = await sourceOf(work);
  const { client } = work;
  const { DBSnapshots = [] } = cluster
    ? {}
    : await client.send(new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: name }));
  const { DBClusterSnapshots = [] } = cluster
    ? await client.send(new DescribeDBClusterSnapshotsCommand({ DBClusterIdentifier: name }))
    : {};
  const notes = [...DBSnapshots, ...DBClusterSnapshots].flatMap(({ TagList }) => {
    const read = noteRead(tagValue(TagList, DRILLED_TAG) ?? '');
    return read === undefined ? [] : [read];
  });
  return notes.toSorted((one, other) => (one.at < other.at ? -1 : 1));
}

/** On one of our own alone: the role may tag no other. What cannot be kept is said, and spoils no drill. */
async function noteOn(work: RestoreWork, note: DrillNote): Promise<string> {
  const { access, settings } = work;
  const { from, level, at } = note;
  const source = await sourceOf(work);
  const found = source.snapshots.find(({ name }) => name === from);
  if (!found) return 'A moment is noted on no snapshot: this report is its proof.';
  if (!from.startsWith(NAME_PREFIX)) return `${from} is none of ours, so that it was not noted there.`;
  const Tags = [
    { Key: DRILLED_TAG, Value: noteText(note) },
    ...(level === null ? [] : [{ Key: PROVEN_TAG, Value: at }]),
  ];
  const answer = await orderAs(drillRoleOf(access), settings, {
    name: from,
    runId: access.copyingFor,
    right: { action: 'rds:AddTagsToResource', resources: [found.id] },
    client: (asRole) => new RDSClient(asRole),
    send: (client) => client.send(new AddTagsToResourceCommand({ ResourceName: found.id, Tags })),
    words: RESTORE_WORDS,
  }).catch(() => ({ refused: 'AWS did not answer.' }));
  return 'taken' in answer ? `Noted on ${from}.` : `It could not be noted on ${from}: ${answer.refused}`;
}
