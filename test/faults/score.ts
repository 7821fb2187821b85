import type { ReportedFinding } from '../../src/core/report.ts';
import type { Json } from '../../src/core/json.ts';
import type { TargetSpec } from '../../src/targets/spec.ts';
import type { Stage } from './fault.ts';
import { lookAtServers } from './look.ts';

/** What came of one fault or workload. */
export type Score = {
  name: string;
  on: string;
  kind: 'fault' | 'calm';
  /** The right finding was the first one; of a workload: nothing above `info` was found. */
  isRight: boolean;
  wanted: string;
  /** Keys of what was found, first one first. */
  found: readonly string[];
  sentence: string;
  tookMs: number;
};

type Scene<Servers> = {
  name: string;
  prepare?(stage: Stage<Servers>): Promise<void>;
  begin(stage: Stage<Servers>): Promise<void>;
  names?: string;
  limits?: Limits;
};
type Limits = { readonly [check: string]: Json };
type On<Servers> = {
  servers: Servers;
  label: string;
  spec: TargetSpec;
  environment: Record<string, string>;
  /** What is known of these servers whatever happens to them. */
  limits?: Limits;
};

/** One look before, the fault, one look after; everything is undone, whatever came of it. */
export async function scoreOf<Servers>(scene: Scene<Servers>, on: On<Servers>): Promise<Score> {
  const undo: (() => unknown)[] = [];
  const stage = { servers: on.servers, afterwards: (step: () => unknown) => void undo.push(step) };
  const about = { spec: on.spec, environment: on.environment, limits: { ...on.limits, ...scene.limits } };
  try {
    await scene.prepare?.(stage);
    const { kept } = await lookAtServers(about);
    await scene.begin(stage);
    const { report, tookMs } = await lookAtServers({ ...about, before: kept });
    const { findings } = report;
    const [first] = findings;
    return {
      name: scene.name,
      on: on.label,
      kind: scene.names === undefined ? 'calm' : 'fault',
      isRight: scene.names === undefined ? quiet(findings) : (first?.key.startsWith(scene.names) ?? false),
      wanted: scene.names ?? 'nothing above info',
      found: findings.map(({ key, severity }) => `${key} (${severity})`),
      sentence: first?.sentence ?? '',
      tookMs,
    };
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

function quiet(findings: readonly ReportedFinding[]): boolean {
  return findings.every(({ severity }) => severity === 'info');
}

/** Pure: the last line of the score table. */
export function summaryOf(scores: readonly Score[]): string {
  const faults = scores.filter(({ kind }) => kind === 'fault');
  const calm = scores.filter(({ kind }) => kind === 'calm');
  const named = faults.filter(({ isRight }) => isRight).length;
  const alarms = calm.filter(({ isRight }) => !isRight).length;
  return `faults named first: ${named} of ${faults.length}, false alarms: ${alarms} of ${calm.length}`;
}
