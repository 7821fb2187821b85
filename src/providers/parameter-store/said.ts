import type { Parameter } from '@aws-sdk/client-ssm';
import { hostName, type PointerSaid } from '../../core/pointer.ts';

/** Pure: the host that a parameter holds, or why it cannot be pointed by the bot. Anything but a host is not repeated: it may hold a secret. */
export function saidBy(name: string, { Type, Value = '', Version }: Parameter): PointerSaid | { refused: string } {
  if (Type !== 'String')
    return {
      refused: `${name} is a ${Type ?? 'parameter without a type'}: a pointer is a String that holds the host alone.`,
    };
  if (!/^[A-Za-z0-9._-]+$|^[0-9a-fA-F:]+$/.test(Value.trim()))
    return {
      refused: `${name} holds more than a host: keep the host in a parameter of its own, without port, user and password.`,
    };
  return { host: hostName(Value), kept: Value, ttlSeconds: null, version: Version ?? null };
}
