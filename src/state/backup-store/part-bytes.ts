const MIB = 1024 ** 2;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MOST_PARTS = 10_000;
const LARGEST_PART = 5 * 1024 * MIB;

const FIRST = 8 * MIB;
const STEADY_PARTS = 2000;
const STEP_PARTS = 500;
const GROWTH = 1.5;

/**
 * Pure: how large the part with this number is, from 1. 8 MiB for the first 16 GB, which is little memory for most; then they grow,
 * so that 10,000 of them hold more than the 5 TiB that an object may have.
 */
export function partBytes(number: number): number {
  const steps = Math.max(0, Math.ceil((number - STEADY_PARTS) / STEP_PARTS));
  return Math.min(LARGEST_PART, Math.round((FIRST / MIB) * GROWTH ** steps) * MIB);
}
