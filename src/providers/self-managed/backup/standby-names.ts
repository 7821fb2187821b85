/**
 * Pure: whether a server with this `synchronous_standby_names` would take a receiver of this name for one of its synchronous standbys,
 * and let commits wait for it. Names are compared without case, and `*` is everybody.
 * https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES
 */
export function namesAsStandby(setting: string, applicationName: string): boolean {
  const [, inside] = /^\s*(?:(?:first|any)\s+)?\d+\s*\((.*)\)\s*$/is.exec(setting) ?? [];
  const names = (inside ?? setting).match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [];
  return names
    .map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
    .some((name) => name === '*' || name.toLowerCase() === applicationName.toLowerCase());
}
