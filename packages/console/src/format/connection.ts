/** How to reach a server, as it is written in one line. */
export interface Connection {
  host: string;
  port: number;
  /** Null when the text does not say. */
  user: string | null;
  password: string | null;
}

const PORT = 3306;

/** Reads `mysql://user:password@host:3306`, `user@host`, `host:3307` and `[::1]:3306`; null when it is none of these. */
export function connectionOf(text: string): Connection | null {
  const address = text.trim().replace(/^(?:mysql|mariadb):\/\//, '');
  if (address === '' || /\s/.test(address)) return null;
  const url = `http://${address}`;
  if (!URL.canParse(url)) return null;
  const { hostname, port, username, password } = new URL(url);
  if (hostname === '') return null;
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    // 80 is the port of the scheme this was read with, and so left out by the reader.
    port: port === '' ? (/:80(?:\/|$)/.test(address) ? 80 : PORT) : Number(port),
    user: username === '' ? null : decodeURIComponent(username),
    password: password === '' ? null : decodeURIComponent(password),
  };
}

/** The same as text, without the password. */
export function connectionText({ host, port, user }: { host: string; port: number; user: string }): string {
  return `mysql://${encodeURIComponent(user)}@${host.includes(':') ? `[${host}]` : host}:${port}`;
}
