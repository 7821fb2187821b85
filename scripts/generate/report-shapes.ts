import * as z from 'zod';
import { changeKinds } from '../../src/core/changed.ts';
import { faultCodes } from '../../src/core/errors.ts';
import { severities, type Finding, type NextAction } from '../../src/core/finding.ts';
import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import {
  changes,
  holders,
  likelihoods,
  statuses,
  type ChangedLine,
  type Chart,
  type ChartPoint,
  type Coverage,
  type HeldFinding,
  type Item,
  type Report,
  type Table,
  type WhatChanged,
} from '../../src/core/report.ts';

/**
 * What `--json` prints, for its published schema. The types of src/core are written once more here, so that no start pays for
 * zod; `proof` below does not compile when one of the two has a field, or a field's type, that the other has not.
 */
const actionShape = z
  .object({
    label: z.string(),
    operation: z.string().meta({ description: 'The verb' }),
    target: z.string(),
    args: z.array(z.string()).readonly().meta({ description: 'As typed after the target' }),
    disruptive: z.boolean().meta({ description: 'True when clients will notice' }),
  })
  .meta({ id: 'NextAction', description: 'A step that a person may take next' });

const anyJson = z.custom<Json>().meta({ description: 'Small, masked data that backs the sentence: any JSON' });
const isoTime = (description: string) => z.string().meta({ format: 'date-time', description });

const findingShape = z
  .object({
    key: z.string().meta({ description: 'Check and object, never a pid; the same from report to report' }),
    severity: z.enum(severities),
    sentence: z.string().meta({ description: 'One full sentence with number, unit and limit' }),
    measure: z
      .object({ value: z.number(), unit: z.string(), limit: z.number(), step: z.number() })
      .exactOptional()
      .meta({ description: 'The number behind the sentence; `step` is the least growth that counts as WORSE' }),
    evidence: anyJson,
    next: z.string().meta({ description: 'The safest next action' }),
    actions: z.array(actionShape).readonly().exactOptional(),
    change: z.enum(changes).meta({ description: 'Against the last scheduled or alarm report' }),
    since: isoTime('When this key was first seen without a break'),
    was: z
      .object({
        at: isoTime('The time of that report'),
        severity: z.enum(severities),
        value: z.number().exactOptional().meta({ description: 'In the unit of `measure`' }),
      })
      .exactOptional()
      .meta({ description: 'What that report told, where the finding is WORSE or BETTER now' }),
    marks: z
      .array(z.string())
      .readonly()
      .exactOptional()
      .meta({ description: 'What to know of how it came here, such as `not yet confirmed`' }),
  })
  .meta({ id: 'Finding', description: 'What a check found' });

const heldShape = findingShape
  .extend({
    held: z.object({
      by: z
        .enum(holders)
        .meta({ description: '`unconfirmed`: seen too seldom in a row; `clearing`: gone, not for long' }),
      words: z.string().meta({ description: 'Until when, by whom, why' }),
    }),
  })
  .meta({ id: 'HeldFinding', description: 'A finding that is kept out of the status and the headline' });

const coverageShape = z
  .object({
    asked: z.number().meta({ description: 'Checks that were asked' }),
    answered: z.number().meta({ description: 'Checks that answered' }),
    gaps: z
      .array(
        z.object({
          check: z.string(),
          kind: z.enum(['skipped', 'unreliable']),
          reason: z.string(),
          fix: z.string().exactOptional().meta({ description: 'The GRANT or setting that would mend it' }),
        }),
      )
      .readonly(),
    unseen: z
      .array(z.string())
      .readonly()
      .exactOptional()
      .meta({ description: 'What nobody can see there, whatever is granted; not counted among the asked' }),
  })
  .meta({ id: 'Coverage', description: 'What could be seen; empty is not healthy' });

const tableShape = z
  .object({
    title: z.string(),
    columns: z.array(z.object({ key: z.string(), label: z.string() })).readonly(),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])).readonly()).readonly(),
  })
  .meta({ id: 'Table', description: 'Rows are cells by column key' });

const pointShape = z.object({
  at: isoTime('When'),
  value: z.number(),
  least: z.number().exactOptional().meta({ description: 'Where the point stands for a longer while' }),
  most: z.number().exactOptional(),
});

const chartShape = z
  .object({
    title: z.string(),
    unit: z.string().meta({ description: '`bytes`, `%`, `s`, or a plural noun' }),
    limits: z.array(z.object({ label: z.string(), value: z.number() })).readonly(),
    series: z.array(z.object({ name: z.string(), points: z.array(pointShape).readonly() })).readonly(),
    spans: z
      .array(z.object({ from: z.string(), to: z.string(), label: z.string() }))
      .readonly()
      .exactOptional()
      .meta({ description: 'Times (ISO) that are shaded, with a few words' }),
    note: z.string().exactOptional(),
  })
  .meta({ id: 'Chart' });

const itemShape = z
  .object({
    text: z.string(),
    lines: z.array(z.string()).readonly().meta({ description: 'A drawing for a fixed width, such as a lock tree' }),
    next: z.array(actionShape).readonly(),
  })
  .meta({ id: 'Item', description: 'One of several things that a person may act on, such as a session' });

const changedLineShape = z
  .object({
    target: z.string(),
    kind: z.enum(changeKinds),
    sentence: z.string().meta({ description: 'What changed, without time and full stop' }),
    sure: z.enum(likelihoods).meta({ description: 'How well it may explain the finding; never a claim of cause' }),
    explains: z.string().meta({ description: 'The key of the finding' }),
    at: isoTime('When it happened, where the server says so').exactOptional(),
    between: z.object({ from: isoTime('It was not so then'), to: isoTime('It was so then') }).exactOptional(),
  })
  .meta({ id: 'ChangedLine', description: 'Something that changed and may explain a finding' });

const changedShape = z
  .object({
    since: isoTime('The last good report; null where there is none to compare with').nullable(),
    lines: z.array(changedLineShape).readonly().meta({ description: 'Best explanation first' }),
    others: z
      .array(z.object({ target: z.string(), sentence: z.string() }))
      .readonly()
      .meta({ description: 'What changed besides' }),
    notes: z.array(z.string()).readonly().meta({ description: 'What could not be compared' }),
  })
  .meta({ id: 'WhatChanged', description: 'The difference between the last good report and now' });

const reportShape = z
  .object({
    operation: z.string().meta({ description: 'The verb' }),
    subject: z.string().meta({ description: "A target's or an environment's name, `fleet`, or the address of a URL" }),
    status: z.enum(statuses).meta({ description: '`unknown`: could not be looked at; never to be read as healthy' }),
    headline: z.string().meta({ description: 'One plain sentence' }),
    findings: z.array(findingShape).readonly().meta({ description: 'Worst first' }),
    resolved: z.array(z.string()).readonly().meta({ description: 'Findings of the last report that are gone' }),
    held: z
      .array(heldShape)
      .readonly()
      .exactOptional()
      .meta({ description: 'Muted, expected, not confirmed: kept out of the status, worst first' }),
    changed: changedShape.exactOptional().meta({ description: 'Only where something above `info` was found' }),
    coverage: coverageShape.exactOptional(),
    facts: z.array(z.object({ label: z.string(), value: z.string() })).readonly(),
    tables: z.array(tableShape).readonly(),
    charts: z.array(chartShape).readonly(),
    items: z.array(itemShape).readonly().exactOptional().meta({ description: 'What matters most first' }),
    next: z.array(actionShape).readonly(),
    text: z.array(z.string()).readonly().meta({ description: 'Plain paragraphs' }),
    at: isoTime('The time of the look'),
    get parts(): z.ZodType<readonly Report[]> {
      return z.array(reportShape).readonly().meta({ description: 'One report for each target of an environment' });
    },
  })
  .meta({ id: 'Report', description: 'The result of an operation' });

const refusedShape = z
  .object({ refused: z.string().meta({ description: 'Why not' }), who: z.string().exactOptional() })
  .meta({ id: 'Refused', description: 'Nothing was done: it may not be, or what was planned is not so any more' });

const failedShape = z
  .object({ failed: z.string().meta({ description: 'What broke' }), code: z.enum(faultCodes) })
  .meta({ id: 'Failed', description: 'It could not be done, or nobody can say' });

export const shapes = { reportShape, refusedShape, failedShape };

/** True when two types have the same fields and each can stand for the other; a field that only one has is seen by name. */
type Same<A, B> = [keyof A, A] extends [keyof B, B] ? ([keyof B, B] extends [keyof A, A] ? true : false) : false;

export const proof: readonly true[] = [
  true satisfies Same<z.infer<typeof actionShape>, NextAction>,
  true satisfies Same<z.infer<typeof findingShape>, Report['findings'][number]>,
  true satisfies Same<z.infer<typeof heldShape>, HeldFinding>,
  true satisfies Same<keyof Finding | 'change' | 'since' | 'was' | 'marks', keyof z.infer<typeof findingShape>>,
  true satisfies Same<
    NonNullable<z.infer<typeof findingShape>['measure']>,
    NonNullable<Report['findings'][number]['measure']>
  >,
  true satisfies Same<z.infer<typeof coverageShape>, Coverage>,
  true satisfies Same<z.infer<typeof coverageShape>['gaps'][number], Coverage['gaps'][number]>,
  true satisfies Same<z.infer<typeof tableShape>, Table>,
  true satisfies Same<z.infer<typeof tableShape>['columns'][number], Table['columns'][number]>,
  true satisfies Same<z.infer<typeof chartShape>, Chart>,
  true satisfies Same<z.infer<typeof chartShape>['series'][number], Chart['series'][number]>,
  true satisfies Same<z.infer<typeof pointShape>, ChartPoint>,
  true satisfies Same<z.infer<typeof itemShape>, Item>,
  true satisfies Same<z.infer<typeof changedLineShape>, ChangedLine>,
  true satisfies Same<z.infer<typeof changedShape>, WhatChanged>,
  true satisfies Same<z.infer<typeof reportShape>, Report>,
  true satisfies Same<z.infer<typeof reportShape>['facts'][number], Report['facts'][number]>,
  true satisfies Same<z.infer<typeof refusedShape>, Extract<Outcome, { refused: string }>>,
  true satisfies Same<z.infer<typeof failedShape>, Extract<Outcome, { failed: string }>>,
];
