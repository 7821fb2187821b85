import { BucketRefusal } from './refusal.ts';

/** One thing that goes wrong with the next requests of a kind; `times` counts down, absent is for ever. */
export type BucketFault = {
  /** The name of S3's call: `UploadPart`; absent is every one. */
  call?: string;
  times?: number;
  what:
    | { refuse: 'SlowDown' | 'AccessDenied' | 'InternalError' | 'XMinioStorageFull' | 'ConditionalRequestConflict' }
    /** Works, and closes the connection in place of its answer. */
    | 'lose'
    /** A bit of the body is turned on its way in. */
    | 'flip'
    /** Answers only when the test says so. */
    | { hold: Promise<void> }
    /** The answer's connection is closed after so many bytes. */
    | { cutAfterBytes: number };
};

const STATUS = {
  SlowDown: 503,
  AccessDenied: 403,
  InternalError: 500,
  XMinioStorageFull: 507,
  ConditionalRequestConflict: 409,
} as const;

/** Takes the fault that this call meets, if any, off the list. */
export function takeFault(faults: readonly BucketFault[], call: string): BucketFault['what'] | undefined {
  const fault = faults.find((one) => (one.call ?? call) === call && one.times !== 0);
  if (fault?.times !== undefined) fault.times -= 1;
  return fault?.what;
}

export function refuseWhere(fault: BucketFault['what'] | undefined): void {
  if (typeof fault === 'object' && 'refuse' in fault) throw new BucketRefusal(fault.refuse, STATUS[fault.refuse]);
}
