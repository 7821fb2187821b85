import type { Engine } from '../core/engine.ts';
import type { Misfit } from './problems.ts';
import type { NightshiftFile } from './schema.ts';
import { hosted } from './topology.ts';

/** Where copies go fits what the host can do, and is another place than that of the snapshots. */
export function copyProblems(file: NightshiftFile): Misfit[] {
  return Object.entries(file.targets).flatMap(([name, { engine, provider, region, backup }]) => {
    const copyTo = backup?.copyTo;
    if (copyTo === undefined || copyTo === 'off') return [];
    const message = hosted.includes(provider)
      ? whyNotThere(engine, region, copyTo)
      : `is for what AWS hosts; ${provider} has a second store: backups.secondary`;
    return message === undefined ? [] : [{ at: ['targets', name, 'backup', 'copyTo'], message }];
  });
}

function whyNotThere(
  engine: Engine,
  home: string | undefined,
  copyTo: { region: string } | { bucket: string },
): string | undefined {
  if (engine === 'redis')
    return 'bucket' in copyTo
      ? undefined
      : 'has to be `{ bucket: … }`: ElastiCache exports to a bucket of its own region';
  if ('bucket' in copyTo)
    return 'has to be `{ region: … }`: what RDS exports to a bucket cannot be restored, and is no copy';
  return copyTo.region === home ? 'is the region of the snapshots themselves: name another one' : undefined;
}
