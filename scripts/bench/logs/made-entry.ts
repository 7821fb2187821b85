/** An entry as the server would log it. `second` counts from the log's beginning. */
export type MadeEntry = {
  second: number;
  pid: number;
  port: number;
  user: string;
  database: string;
  severity: 'LOG' | 'ERROR';
  state: string;
  message: string;
  detail?: string;
  statement?: string;
};

/** What the stderr file was written with: the prefix of Amazon's servers. */
export const PREFIX = '%t:%r:%u@%d:[%p]:';

const HOST = '10.0.12.107';
const BEGIN = Date.UTC(2026, 10, 28, 15);

function timeOf(second: number): string {
  return new Date(BEGIN + second * 1_000).toISOString().slice(0, 19).replace('T', ' ');
}

export function stderrLines({ second, pid, port, user, database, ...entry }: MadeEntry): string {
  const begin = `${timeOf(second)} UTC:${HOST}(${port}):${user}@${database}:[${pid}]:`;
  const line = (severity: string, text: string | undefined) =>
    text === undefined ? '' : `${begin}${severity}:  ${text.replaceAll('\n', '\n\t')}\n`;
  return line(entry.severity, entry.message) + line('DETAIL', entry.detail) + line('STATEMENT', entry.statement);
}

export function csvLine({ second, pid, port, user, database, ...entry }: MadeEntry): string {
  const time = timeOf(second);
  const quoted = (text: string | undefined) => (text === undefined ? '' : `"${text.replaceAll('"', '""')}"`);
  const session = `"${user}","${database}",${pid},"${HOST}:${port}",692a3c5f.1b2c,7,"SELECT",${time} UTC,3/45,0`;
  const told = `${entry.severity},${entry.state},${quoted(entry.message)},${quoted(entry.detail)}`;
  return `${time}.123 UTC,${session},${told},,,,,${quoted(entry.statement)},,,"shop","client backend",,0\n`;
}

export function jsonLine({ second, pid, port, user, database, ...entry }: MadeEntry): string {
  const time = timeOf(second);
  const session = {
    timestamp: `${time}.123 UTC`,
    user,
    dbname: database,
    pid,
    remote_host: HOST,
    remote_port: port,
  };
  const more = {
    session_id: '692a3c5f.1b2c',
    line_num: 7,
    ps: 'SELECT',
    session_start: `${time} UTC`,
    vxid: '3/45',
    txid: 0,
  };
  const { severity, state, message, detail, statement } = entry;
  const told = { error_severity: severity, state_code: state, message, detail, statement };
  const from = { application_name: 'shop', backend_type: 'client backend', query_id: 0 };
  return `${JSON.stringify({ ...session, ...more, ...told, ...from })}\n`;
}
