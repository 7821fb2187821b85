import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which data directory belonged to the primary when the fleet ended? Sentinels keep the address that they agreed on, with an
 * epoch that grows with every failover, in their own configuration files. Undefined when nobody knows: the first start.
 */
export function formerRedisPrimary(
  dataDirectories: readonly string[],
  sentinelDirectories: readonly string[],
): string | undefined {
  const views = sentinelDirectories.flatMap((directory) => viewIn(configurationOf(directory)) ?? []);
  const latest = views.toSorted((one, other) => other.epoch - one.epoch)[0];
  return dataDirectories.find((directory) => latest?.port === portIn(configurationOf(directory)));
}

function configurationOf(directory: string): string {
  const file = join(directory, 'redis.conf');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function viewIn(configuration: string): { port: string; epoch: number } | undefined {
  const port = /^sentinel monitor \S+ \S+ (\d+)/m.exec(configuration)?.[1];
  const epoch = /^sentinel config-epoch \S+ (\d+)/m.exec(configuration)?.[1] ?? '0';
  return port === undefined ? undefined : { port, epoch: Number(epoch) };
}

function portIn(configuration: string): string | undefined {
  return /^port (\d+)/m.exec(configuration)?.[1];
}
