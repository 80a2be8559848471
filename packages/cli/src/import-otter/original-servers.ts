import { passwordVariable, type Documents } from '@otter/manager';
import type { ImportReport } from './import-report.ts';
import { ObjectNames } from './object-names.ts';
import type { Original, Parameters } from './original-database.ts';

/** A data source as a document that holds its password. */
export type ServerDocument = Documents<'data-source'>;

interface Place {
  host: string;
  port: number;
}

interface Places {
  primary: Place;
  standby: Place | null;
}

const PORT = 3306;
const JDBC = /^jdbc:mysql:\/\/([^/?]+)/i;

/** The servers of the original: its data sources, and those its log readers read from. */
export class OriginalServers {
  /** By the number of the data source. */
  readonly bySource = new Map<number, ServerDocument>();
  readonly #original: Original;
  readonly #report: ImportReport;
  readonly #names = new ObjectNames();
  readonly #documents: ServerDocument[] = [];

  constructor(original: Original, report: ImportReport) {
    this.#original = original;
    this.#report = report;
    for (const source of original.sources) this.#addSource(source);
  }

  get documents(): readonly ServerDocument[] {
    return this.#documents;
  }

  /**
   * The servers whose logs a canal reads, one for each database it merges; `null` when it reads none that can be read
   * here, which is reported. `fallback` is the data source whose account is taken when the canal has none.
   */
  ofCanal(canal: Original['canals'][number], fallback: ServerDocument | undefined): ServerDocument[] | null {
    const { parameters } = canal;
    const object = `canal "${canal.name}"`;
    const kind = textOf(parameters.sourcingType) || 'MYSQL';
    if (kind !== 'MYSQL') {
      this.#report.add(object, 'left-out', `it reads ${kind}; only MySQL and MariaDB are read`);
      return null;
    }
    const places = this.#canalPlaces(canal);
    if (places.length === 0) {
      this.#report.add(object, 'left-out', 'it names no server that could be read from');
      return null;
    }
    if (places.length > 1) {
      const text = `it merges ${places.length} servers into one stream; each gets a pipeline of its own, with its own position`;
      this.#report.add(object, 'changed', text);
    }
    const user = textOf(parameters.dbUsername) || (fallback?.user ?? '');
    const password = textOf(parameters.dbUsername) === '' ? fallback?.password : textOf(parameters.dbPassword);
    return places.map((place, index) => {
      const label = places.length === 1 ? canal.name : `${canal.name} ${index + 1}`;
      return this.#reader(label, place, user, password ?? '');
    });
  }

  /** A data source with this server and account, if there is one; else one of its own. */
  #reader(name: string, { primary, standby }: Places, user: string, password: string): ServerDocument {
    const same = this.#documents.find(
      (document) =>
        document.user === user && document.primary.host === primary.host && document.primary.port === primary.port,
    );
    if (same !== undefined) {
      same.standby ??= standby;
      return same;
    }
    const description = 'imported: where a canal of the original reads the log';
    return this.#add(name, description, { primary, standby }, user, password);
  }

  #addSource({ id, name, type, properties }: Original['sources'][number]): void {
    const object = `data source "${name}"`;
    if (type !== 'MYSQL') {
      this.#report.add(object, 'left-out', `it is ${type}; only MySQL and MariaDB are there`);
      return;
    }
    const places = this.#jdbcPlaces(textOf(properties.url), object);
    if (places === null) return;
    const [user, password] = [textOf(properties.username), textOf(properties.password)];
    if (user === '') {
      this.#report.add(object, 'left-out', 'it has no user');
      return;
    }
    const document = this.#add(name, 'imported', places, user, password);
    this.bySource.set(id, document);
    const renamed = document.name === name ? '' : `, now called "${document.name}"`;
    this.#report.add(object, 'exact', `server, account${places.standby === null ? '' : ', standby'}${renamed}`);
    if (!/^utf-?8(?:mb4)?$/i.test(textOf(properties.encode) || 'UTF8')) {
      this.#report.add(object, 'needless', `encode ${textOf(properties.encode)}: text keeps the charset of its column`);
    }
  }

  #add(
    name: string,
    description: string,
    { primary, standby }: Places,
    user: string,
    password: string,
  ): ServerDocument {
    const own = this.#names.take(name);
    const document: ServerDocument = {
      ...{ kind: 'data-source', name: own, description, primary, standby, user },
      tls: { mode: 'off', ca: null, cert: null },
      ...(password === '' ? {} : { password, passwordEnv: passwordVariable('data-source', own) }),
    };
    this.#documents.push(document);
    return document;
  }

  #jdbcPlaces(url: string, object: string): Places | null {
    const group = /groupKey=([^/&]+)/.exec(url)?.[1];
    if (group !== undefined) return this.#groupPlaces(group, object);
    const [first, ...others] = (JDBC.exec(url)?.[1] ?? '').split(',').flatMap((text) => placeOf(text));
    if (first === undefined) {
      this.#report.add(object, 'left-out', `its address "${url.replace(/\?.*/, '')}" cannot be read`);
      return null;
    }
    if (others.length > 1) this.#report.add(object, 'left-out', `${others.length - 1} more hosts of its address`);
    return { primary: first, standby: others[0] ?? null };
  }

  #groupPlaces(key: string, object: string): Places | null {
    const group = this.#original.matrix.find(({ groupKey }) => groupKey === key);
    const [primary] = placeOf(group?.master ?? '');
    if (primary === undefined) {
      this.#report.add(object, 'left-out', `there is no database group "${key}" with a master`);
      return null;
    }
    return { primary, standby: placeOf(group?.slave ?? '')[0] ?? null };
  }

  #canalPlaces({ name, parameters }: Original['canals'][number]): Places[] {
    const object = `canal "${name}"`;
    if (textOf(parameters.haMode) === 'MEDIA') {
      const places = this.#groupPlaces(textOf(parameters.mediaGroup), object);
      return places === null ? [] : [places];
    }
    const [masters = [], standbys = []] = addressRows(parameters);
    return masters.flatMap((master, index) =>
      master === null ? [] : [{ primary: master, standby: standbys[index] ?? null }],
    );
  }
}

/** `groupDbAddresses`: a row of masters and one of standbys; older versions have only a list of masters. */
function addressRows(parameters: Parameters): (Place | null)[][] {
  const groups = Array.isArray(parameters.groupDbAddresses) ? (parameters.groupDbAddresses as unknown[]) : [];
  const rows = groups.map((row) => (Array.isArray(row) ? row.map(addressOf) : []));
  if (rows.some((row) => row.length > 0)) return rows;
  const plain = Array.isArray(parameters.dbAddresses) ? (parameters.dbAddresses as unknown[]) : [];
  return [plain.map(addressOf)];
}

function addressOf(value: unknown): Place | null {
  if (typeof value === 'string') return placeOf(value)[0] ?? null;
  const fields = (value ?? {}) as Record<string, unknown>;
  if (fields.dbAddress !== undefined) return addressOf(fields.dbAddress);
  const host = textOf(fields.address) || textOf(fields.hostName) || textOf(fields.host);
  return placeOf(`${host}:${typeof fields.port === 'number' ? fields.port : PORT}`)[0] ?? null;
}

function placeOf(text: string): Place[] {
  const [, host, port] = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?::(\d{1,5}))?\s*$/.exec(text) ?? [];
  return host === undefined ? [] : [{ host, port: port === undefined ? PORT : Number(port) }];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
