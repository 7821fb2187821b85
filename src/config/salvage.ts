import type * as z from 'zod';
import {
  EnvironmentEntry,
  GroupEntry,
  PersonEntry,
  ScheduleEntry,
  TargetEntry,
  Thresholds,
  type NightshiftFile,
} from './schema.ts';
import { BackupPlacesEntry } from './backup-schema.ts';
import { HysteresisEntry, WindowEntry } from './quiet-schema.ts';

/** The entries that are well formed, and the names of all: one broken entry must not hide what is wrong between the others. */
export type Salvaged = {
  file: NightshiftFile;
  names: { environments: Set<string>; targets: Set<string>; people: Set<string> };
  /** Whether a store is written at all, well or ill. */
  hasBackups: boolean;
};

export function salvage(value: unknown): Salvaged {
  const root = record(value);
  const backups = BackupPlacesEntry.safeParse(root['backups']).data;
  return {
    file: {
      environments: wellFormed(root['environments'], EnvironmentEntry),
      people: wellFormed(root['people'], PersonEntry),
      groups: wellFormed(root['groups'], GroupEntry),
      targets: wellFormed(root['targets'], TargetEntry),
      schedules: wellFormed(root['schedules'], ScheduleEntry),
      timezone: typeof root['timezone'] === 'string' ? root['timezone'] : 'UTC',
      windows: wellFormed(root['windows'], WindowEntry),
      thresholds: Thresholds.safeParse(root['thresholds']).data ?? {},
      hysteresis: HysteresisEntry.safeParse(root['hysteresis']).data ?? {},
      ...(backups === undefined ? {} : { backups }),
    },
    hasBackups: root['backups'] !== undefined,
    names: {
      environments: new Set(Object.keys(record(root['environments']))),
      targets: new Set(Object.keys(record(root['targets']))),
      people: new Set(Object.keys(record(root['people']))),
    },
  };
}

function wellFormed<Entry extends z.ZodType>(section: unknown, schema: Entry): Record<string, z.output<Entry>> {
  return Object.fromEntries(
    Object.entries(record(section)).flatMap(([name, entry]) => {
      const parsed = schema.safeParse(entry);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
