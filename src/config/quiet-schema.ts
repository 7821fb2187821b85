import * as z from 'zod';
import { weekdays } from '../core/weekday.ts';
import { localMoment, timeOfDay } from './windows.ts';

const looks = z.number().int().min(1).max(10);

/** How many looks in a row a check needs, by check id. The names inside are verified against the checks that exist. */
export const HysteresisEntry = z
  .record(z.string(), z.strictObject({ fireAfter: looks.optional(), clearAfter: looks.optional() }))
  .meta({
    id: 'Hysteresis',
    description:
      'By check id: how many looks in a row tell of a finding (`fireAfter`, usually 2), and say that it is over (`clearAfter`, usually 3)',
  });
export type HysteresisEntry = z.infer<typeof HysteresisEntry>;

export const TimeOfDay = z
  .string({ error: 'a time of day is written in quotes: "02:00"' })
  .refine((text) => timeOfDay(text) !== undefined, 'a time of day is written "02:00", from "00:00" to "23:59"');
const Moment = z
  .string({ error: 'a moment is written in quotes: "2026-11-27 22:00"' })
  .refine(
    (text) => localMoment(text) !== undefined,
    'a moment is a day that exists and a time of day: "2026-11-27 22:00"',
  );

const Weekly = z.strictObject({
  days: z
    .array(z.enum(weekdays, { error: `a day is one of ${weekdays.join(', ')}` }))
    .min(1, 'name at least one day')
    .meta({ description: 'The days on which it begins: `sun` to `sat`' }),
  from: TimeOfDay.meta({ description: 'Begins, on the clocks of `timezone`' }),
  to: TimeOfDay.meta({ description: 'Ends; on the next day where it is not after `from`' }),
});

const Dates = z.strictObject({
  from: Moment.meta({ description: 'Begins, on the clocks of `timezone`: "2026-11-27 22:00"' }),
  to: Moment.meta({ description: 'Ends' }),
});

export const WindowEntry = z.strictObject({
  environment: z.string().optional().meta({ description: 'Every target of an environment; or give `target`' }),
  target: z.string().optional().meta({ description: 'One target; or give `environment`' }),
  timezone: z.string().default('UTC').meta({ description: 'IANA time zone of the times below' }),
  weekly: z
    .array(Weekly)
    .default([])
    .meta({ description: 'Every week: `{ days: [sun], from: "02:00", to: "04:00" }`' }),
  dates: z
    .array(Dates)
    .default([])
    .meta({ description: 'Once, the deploy calendar: `{ from: "2026-11-27 22:00", to: "2026-11-28 02:00" }`' }),
  expects: z.array(z.string().min(1)).default([]).meta({
    description:
      'Check ids and finding keys that are no news in it; with none, everything that is not critical. A critical finding is only held back where it is named here',
  }),
  holdsBack: z
    .array(z.string())
    .default([])
    .meta({ description: 'Schedules that wait; those that do more than read wait in every window' }),
});
export type WindowEntry = z.infer<typeof WindowEntry>;
