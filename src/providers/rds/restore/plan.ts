import { bytesText } from '../../../core/amount.ts';
import type { DrillPlace } from '../../../core/backup-policy.ts';
import type { RestoreLook } from '../../../targets/cloud-restore.ts';
import type { RestorePoint } from './point.ts';
import { settingsOf } from './settings.ts';
import type { RestoreSource } from './source.ts';

/** Pure: what people approve. */
export function restoreLook(
  point: RestorePoint,
  source: RestoreSource,
  { as, drill }: { as: string; drill: DrillPlace | undefined },
): RestoreLook {
  const settings = settingsOf(point, source, drill);
  const holdsUntil = 'snapshot' in point ? (point.snapshot.at ?? '') : point.at;
  const cut = `${holdsUntil.slice(0, 19).replace('T', ' ')} UTC`;
  const from = 'snapshot' in point ? point.snapshot.name : `${source.name} at ${cut}`;
  return {
    from,
    as,
    holdsUntil,
    settings,
    steps: stepsOf(from, as, settings),
    loss: `Nothing is lost by it. ${what(settings)} has nothing that was written after ${cut}.`,
    facts: [
      { label: 'Holds everything until', value: cut },
      { label: 'Like', value: `${source.name}: ${settings['class'] ?? 'class not told'}` },
      { label: 'Reached by', value: `not public; security groups ${settings['securityGroups'] ?? 'of the VPC'}` },
      { label: 'Protected', value: drill ? 'no: it is deleted again' : 'against deletion; without a standby' },
      { label: 'Costs', value: costOf(settings, drill) },
      ...sizeOf(point),
      { label: 'Slow at first', value: 'AWS fetches blocks when they are read first; available is not warm' },
    ],
  };
}

/** Pure: the call that begins it. */
export function callOf(settings: RestoreLook['settings']): string {
  const kind = settings['engine'] === undefined ? 'DBInstance' : 'DBCluster';
  if (settings['to'] !== undefined) return `Restore${kind}ToPointInTime`;
  return kind === 'DBInstance' ? 'RestoreDBInstanceFromDBSnapshot' : 'RestoreDBClusterFromSnapshot';
}

function stepsOf(from: string, as: string, settings: RestoreLook['settings']): string[] {
  const isBare = settings['engine'] !== undefined && settings['clusterClass'] === undefined;
  return [
    `Order AWS once to make the new ${what(settings).slice(8)} ${as} of ${from} (${callOf(settings)})`,
    'Ask every ten seconds until it is available; nothing that is there is touched, and no client is pointed to it',
    ...(isBare ? [`Make one instance in it, ${as}-1 (CreateDBInstance), and wait for it, too`] : []),
  ];
}

function what(settings: RestoreLook['settings']): string {
  return settings['engine'] === undefined ? 'The new instance' : 'The new cluster';
}

/** The longest that a drill waits for: what is beyond is taken away unseen. */
function costOf(settings: RestoreLook['settings'], drill: DrillPlace | undefined): string {
  if (drill)
    return `a ${settings['class'] ?? 'machine of the class'} and its storage for as long as the drill takes, mostly below two hours`;
  return 'as much as any of its class and size, until somebody deletes it';
}

function sizeOf(point: RestorePoint) {
  if (!('snapshot' in point) || point.snapshot.sizeBytes === null) return [];
  return [{ label: 'Size', value: bytesText(point.snapshot.sizeBytes) }];
}
