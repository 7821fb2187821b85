import * as v from 'valibot';
import type { ArgumentField } from '../../core/operation.ts';

const PID_WORDS = 'a process id is a positive whole number, such as 2211; a health report names it';
const Pid = v.pipe(
  v.union([v.string(), v.number()], PID_WORDS),
  v.transform(Number),
  v.integer(PID_WORDS),
  v.minValue(1, PID_WORDS),
  // A client of Redis is numbered beyond what a process id can be.
  v.maxValue(Number.MAX_SAFE_INTEGER, PID_WORDS),
);
const Name = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(128, 'is longer than 128 characters'));
const Seen = v.pipe(v.string(), v.minLength(1, 'is empty'), v.maxLength(200, 'is longer than 200 characters'));

/** One session: by its id, the server it is on, and what it was when somebody saw it. */
export const SessionArguments = v.strictObject({
  pid: Pid,
  member: v.optional(Name),
  seen: v.optional(Seen),
});
export type SessionArguments = v.InferOutput<typeof SessionArguments>;

const MEMBER: ArgumentField = {
  name: 'member',
  label: 'Server, where it is not the one that takes writes',
  hint: 'shop-db-2',
  required: false,
};

/** How the session is named; `seen` is what a button of a report carries, so that it means the session of that report. */
export function sessionFields(pid: Omit<ArgumentField, 'name' | 'required'>, seen: string): ArgumentField[] {
  return [
    { name: 'pid', ...pid, required: true },
    MEMBER,
    { name: 'seen', label: seen, hint: 'filled in by the buttons of a report', required: false },
  ];
}
