import { Fault, type FaultCode } from '../../core/errors.ts';

const codes: Readonly<Record<string, FaultCode>> = {
  ENOSPC: 'conflict',
  EDQUOT: 'conflict',
  EFBIG: 'conflict',
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  EROFS: 'permission_denied',
};
const words: Readonly<Partial<Record<FaultCode, string>>> = {
  conflict: 'is full: make room, or let retention delete what expired',
  permission_denied: 'may not be used by this account: give it to the account that runs Nightshift',
};

/** Pure: what a file system refused. https://man7.org/linux/man-pages/man3/errno.3.html */
export function asDirectoryFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const name = codeOf(thrown) ?? String(thrown);
  const code = codes[name] ?? 'target_unreachable';
  return new Fault(code, `The directory of the backups ${words[code] ?? 'does not answer'} (${name}).`, {
    cause: thrown,
  });
}

export function isMissing(thrown: unknown): boolean {
  return codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR';
}

export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
