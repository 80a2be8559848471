import type { ServerAddress } from '@otter/core';
import type { DataSourceAccess } from '@otter/manager';

const CONNECT_MS_MAX = 5_000;

/** The address of a data source, for whoever connects to it while somebody waits. */
export function serverAddress({ host, port, user, password, tls }: DataSourceAccess): ServerAddress {
  return {
    ...{ host, port, user, password, tls: tls.mode, connectTimeoutMs: CONNECT_MS_MAX },
    ...(tls.ca === null ? {} : { tlsCa: tls.ca }),
    ...(tls.cert === null ? {} : { tlsCert: tls.cert }),
    ...(tls.key === null ? {} : { tlsKey: tls.key }),
  };
}
