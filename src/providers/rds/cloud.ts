import { RDSClient } from '@aws-sdk/client-rds';
import type { PostgresCloud } from '../../targets/cloud.ts';
import type { TargetSpec } from '../../targets/spec.ts';
import { askCloud } from '../ask-cloud.ts';
import { cloudClient, type CloudAccess } from '../cloud-access.ts';
import { onceOnly } from '../once-only.ts';
import { measure, METRICS_RIGHT } from '../cloud-metrics.ts';
import { describeInstances, hostingOf, INSTANCES_RIGHT, measurablesOf, type Described } from './instances.ts';
import { LOAD_RIGHT, loadOf } from './load.ts';
import { openFailover } from './failover/open.ts';
import { instanceMetrics } from './metrics.ts';
import { openDrill } from './drill/open.ts';
import { openRestore } from './restore/open.ts';
import { openSnapshots } from './snapshots/open.ts';
import { openSwitchover } from './switchover/open.ts';
import { UPKEEP_RIGHTS, upkeepOf } from './upkeep.ts';

/** What RDS and CloudWatch know of the instances of a target: two to five calls, and one for each instance that records its load, none of them twice. */
export function openCloud(spec: TargetSpec, access: CloudAccess): PostgresCloud {
  const settings = cloudClient(spec, access);
  const client = settings && new RDSClient(settings);
  const described = onceOnly(async (): Promise<Described[]> => (client ? describeInstances(client, spec) : []));
  const instances = [INSTANCES_RIGHT];
  const hosting = onceOnly(() => askCloud(spec, access, instances, async () => (await described()).map(hostingOf)));
  return {
    engine: 'postgres',
    name: spec.name,
    now: access.now,
    hosting,
    sizes: hosting,
    disks: hosting,
    upkeep: onceOnly(() =>
      askCloud(spec, access, [...instances, ...UPKEEP_RIGHTS], async () =>
        client ? upkeepOf(client, await described()) : [],
      ),
    ),
    load: onceOnly(() =>
      askCloud(spec, access, [INSTANCES_RIGHT, LOAD_RIGHT], async (asked) =>
        loadOf(asked, await described(), access.now()),
      ),
    ),
    machines: onceOnly(() =>
      askCloud(spec, access, [METRICS_RIGHT], (asked) =>
        measure(
          asked,
          measurablesOf(spec).map((who) => ({ who, source: instanceMetrics })),
          access.now(),
        ),
      ),
    ),
    ...(client
      ? {
          drill: openDrill({ spec, access, settings, client }),
          restore: openRestore({ spec, access, settings, client }),
          snapshots: openSnapshots(spec, access, settings, client),
          switchover: openSwitchover(spec, access, settings, client),
          failover: openFailover(spec, access, settings, client),
        }
      : {}),
    close: () => client?.destroy(),
  };
}
