import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a server that speaks TLS; its certificate is its own authority. */
export type Papers = { certificate: string; key: string };

/** Makes them for 127.0.0.1, in a folder that is given to the server afterwards. */
export function makePapers(folder: string): Papers {
  const papers = { certificate: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const name = ['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', papers.key, '-out', papers.certificate];
  execFileSync('openssl', ['req', '-x509', ...kind, ...name, ...files], { stdio: 'pipe' });
  chmodSync(papers.key, 0o600);
  return papers;
}
