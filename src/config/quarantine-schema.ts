import * as z from 'zod';

export const QuarantineEntry = z
  .string()
  .regex(/^sg-[0-9a-f]{8,17}$/, 'a security group looks like sg-0123456789abcdef0');
