import type { FaultCode } from '../core/errors.ts';

/** Why a member was not reached: a masked sentence without a full stop. */
export type Refusal = { reason: string; code: FaultCode };

type Where = { host: string; port: number; connectTimeoutMs: number };

/** What the network or TLS had to say, or undefined when the server itself answered. https://nodejs.org/api/errors.html */
export function networkRefusal(thrown: unknown, where: Where): Refusal | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  const reason = byCode(code, where) ?? byMessage(thrown.message, where);
  return reason === undefined
    ? undefined
    : { reason, code: isTimeout(code, thrown.message) ? 'timed_out' : 'target_unreachable' };
}

function byCode(code: string, { host, port }: Where): string | undefined {
  const address = `${host}:${port}`;
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens on ${address} (connection refused)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${host} cannot be resolved`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EACCES':
    case 'EPERM':
      return `there is no route to ${address}`;
    case 'ETIMEDOUT':
      return `no answer from ${address} in time`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `${address} cut the connection while it was being opened`;
    default:
      return isCertificate(code)
        ? `the certificate of ${address} is not trusted (${code})${adviceFor(code)}`
        : undefined;
  }
}

function byMessage(message: string, { host, port, connectTimeoutMs }: Where): string | undefined {
  const address = `${host}:${port}`;
  if (isTimeout('', message)) return `no answer from ${address} within ${connectTimeoutMs / 1000} s`;
  if (/terminated|closed|ended by the other/i.test(message))
    return `${address} cut the connection while it was being opened`;
  if (/does not support SSL/i.test(message)) return `${address} does not speak TLS, and tls is on for this target`;
  return undefined;
}

function isCertificate(code: string): boolean {
  return /CERT|UNABLE_TO_|^ERR_TLS|^ERR_SSL|^EPROTO|SELF_SIGNED/.test(code);
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function adviceFor(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return ': it is for another name; write the one that it bears as the host';
  return /SELF_SIGNED|UNABLE_TO_/.test(code)
    ? ': its authority is unknown here; name the file of it in NODE_EXTRA_CA_CERTS'
    : '';
}

function isTimeout(code: string, message: string): boolean {
  return code === 'ETIMEDOUT' || /timeout expired|timed out|ETIMEDOUT/i.test(message);
}
