/** How large a day is simulated. */
export type ScaleOptions = {
  targets: number;
  /** State changes of CloudWatch alarms in the day; half of them say ALARM, half OK. */
  alarms: number;
  /** `/db health <target>` typed by a person. */
  commands: number;
  /** Targets in one environment; each environment has a channel and a nightly report. */
  environmentSize: number;
  /** Hours of the day in which schedules count the statements of each environment and read the log of each PostgreSQL target. */
  countedHours: number;
  /** How often in the day each environment is watched: every five minutes. */
  watches: number;
};

/**
 * What a day holds for so many targets, when nothing else is said: ten alarm changes each, a command for every tenth. What counts
 * by the hour is the same in each, so that a few hours by themselves tell of it.
 */
export function dayFor(targets: number): ScaleOptions {
  return {
    targets,
    alarms: targets * 10,
    commands: Math.ceil(targets / 10),
    environmentSize: 20,
    countedHours: 0,
    watches: 0,
  };
}

export function environmentCount({ targets, environmentSize }: ScaleOptions): number {
  return Math.ceil(targets / environmentSize);
}

export function environmentName(index: number): string {
  return `env-${String(index + 1).padStart(3, '0')}`;
}

export function channelId(index: number): string {
  return `C0SCALE${String(index + 1).padStart(4, '0')}`;
}

/** Two of three targets are PostgreSQL. */
export function targetName(index: number): string {
  return `${index % 3 === 2 ? 'cache' : 'db'}-${String(index + 1).padStart(5, '0')}`;
}

export function alarmName(index: number): string {
  return `${targetName(index)}-alarm`;
}
