import type { Config } from '../config/config.ts';
import { readEnvironment, type Environment } from '../config/environment.ts';
import { packagedConfig } from '../config/packaged.ts';
import type { TargetName } from '../core/operation.ts';
import { isManaged } from '../providers/setting-advice.ts';

/** The config and the environment, read once for each process. */
export type Knowledge = { environment: Environment; config: Config };

let known: Knowledge | undefined;

/** Throws `invalid_request` with every problem of the config in words. A packaged config was verified when it was packaged. */
export async function knowledge(): Promise<Knowledge> {
  if (known) return known;
  const environment = readEnvironment();
  const config = packagedConfig() ?? (await import('./read-config.ts')).readConfig(environment);
  known = { environment, config };
  return known;
}

/** The targets that a subject names: one by its own name, or all of an environment. */
export function targetsOf(config: Config, subject: string): TargetName[] {
  return config.targets
    .filter((target) => target.name === subject || target.environment === subject)
    .map((target) => ({
      name: target.name,
      engine: target.engine,
      environment: target.environment,
      ...(isManaged(target) ? { cloud: true } : {}),
      ...(target.hideNames === true && target.engine === 'postgres' ? { hidesNames: true } : {}),
      ...(target.backup === undefined ? {} : { backedUp: true }),
      ...rejoinableOf(target),
      ...(target.pointer ? { pointerName: target.pointer.name } : {}),
      ...(target.members.some(({ machine }) => machine) ? { exporters: true } : {}),
    }));
}

function rejoinableOf({ members }: Config['targets'][number]): Pick<TargetName, 'rejoinable'> {
  const rejoinable = members.flatMap(({ name, hands }) => ((hands?.rejoin ?? hands?.agent) ? [name] : []));
  return rejoinable.length === 0 ? {} : { rejoinable };
}

/** The hosts of a target on which servers of another target are too. */
export function sharedHosts({ targets }: Pick<Config, 'targets'>, target: string): string[] {
  const hosts = (of: (name: string) => boolean) =>
    targets.filter(({ name }) => of(name)).flatMap(({ members }) => members.map(({ host }) => host));
  const others = new Set(hosts((name) => name !== target));
  return [...new Set(hosts((name) => name === target))].filter((host) => others.has(host));
}
