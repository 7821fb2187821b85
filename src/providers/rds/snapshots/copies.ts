import { RDSClient } from '@aws-sdk/client-rds';
import type { CopyPlace } from '../../../core/backup-policy.ts';
import { isUsable, type CloudSnapshot, type CopiesLook } from '../../../core/cloud-snapshot.ts';
import type { TargetSpec } from '../../../targets/spec.ts';
import { askCloud } from '../../ask-cloud.ts';
import { inRegion } from '../../cloud-access.ts';
import type { SnapshotMaker } from '../../take-snapshot.ts';
import type { MakerIn, SnapshotWork } from './maker.ts';
import { makerOf } from './source.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html: in progress to one region, of one account. */
export const MOST_IN_LINE = 20;

type Region = Extract<CopyPlace, { kind: 'region' }>;

/** The same work in another region. */
export function workThere(work: SnapshotWork, region: string): SnapshotWork {
  const settings = inRegion(work.settings, region);
  return { ...work, settings, client: new RDSClient(settings) };
}

/** What makes a copy of one snapshot of ours in the region of the policy. `run` is the run that made the snapshot: its copy is tagged with it. */
export async function copyMakerOf(
  spec: TargetSpec,
  work: SnapshotWork,
  place: Region,
  name: string,
): Promise<{ maker: SnapshotMaker; run: string; onTheirWay(): Promise<number>; close(): void }> {
  const makerIn = await makerOf(spec, work);
  const of = await makerIn(work).named(name);
  const away = workThere(work, place.region);
  const there = makerIn(away);
  const maker: SnapshotMaker = {
    source: there.source,
    whyNot: whyNotCopied(name, of, place),
    left: () => there.left(),
    named: (wanted) => there.named(wanted),
    create: async () =>
      of ? there.copy({ of, kmsKey: place.kmsKey }) : { refused: `AWS does not show ${name} any more` },
  };
  return { maker, run: of?.run ?? '', onTheirWay: () => there.onTheirWay(), close: () => away.client.destroy() };
}

/** Pure: why a snapshot cannot be copied, as a sentence. */
function whyNotCopied(name: string, of: CloudSnapshot | undefined, { region, kmsKey }: Region): string | undefined {
  if (!of) return `AWS does not show ${name}, so that there is nothing to copy.`;
  if (of.by !== 'nightshift') return `${name} lacks our tags; what others made is not copied.`;
  if (!isUsable(of)) return `${name} is ${of.status}: AWS copies what is available.`;
  if (of.encrypted === true && kmsKey === null)
    return `${name} is encrypted, and a key of its own region opens nothing in ${region}: write backup.copyTo.kmsKey, a key of ${region}.`;
  return undefined;
}

/** The copies of ours in the region of the policy; undefined where it names none. What does not answer there does not hide what is here. */
export async function copiesSeen(
  spec: TargetSpec,
  work: SnapshotWork,
  makerIn: MakerIn,
  most: number,
): Promise<CopiesLook | undefined> {
  const place = spec.backup?.copyTo;
  if (place?.kind !== 'region') return undefined;
  const { region } = place;
  const away = workThere(work, region);
  const rights = [
    { action: 'rds:DescribeDBSnapshots', resource: 'snapshot:*' },
    { action: 'rds:DescribeDBClusterSnapshots', resource: 'cluster-snapshot:*' },
  ] as const;
  try {
    const there = makerIn(away);
    const said = await askCloud({ ...spec, region }, work.access, rights, async () => ({
      copies: (await there.all(most)).snapshots.filter(({ by }) => by === 'nightshift'),
      quota: await there.quota(),
    }));
    if ('sample' in said) return { where: region, ...said.sample };
    return { where: region, unseen: 'skipped' in said ? `${said.skipped}. ${said.fix}` : said.unreliable };
  } finally {
    away.client.destroy();
  }
}
