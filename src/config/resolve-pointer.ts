import type { PointerSpec } from '../targets/spec.ts';
import type { PointerEntry } from './pointer-schema.ts';

/** What clients look the server up by. */
export function pointerSpec({ route53, ssm = '' }: PointerEntry): PointerSpec {
  if (route53 === undefined) return { by: 'parameter-store', name: ssm };
  const { zone, record: name, type, ttlSeconds } = route53;
  return { by: 'route53', name, zone, type, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) };
}
