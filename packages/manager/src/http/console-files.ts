import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
/** Worth packing. */
const TEXT = /^(?:text|image\/svg|application\/(?:json|manifest))/;

/** Scripts and styles of its own alone; the component library writes style elements. */
const CONSOLE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

interface File {
  type: string;
  plain: Buffer;
  /** Made when it is first asked for; null: not worth it. */
  packed: Buffer | null | undefined;
  /** Its name holds a digest of its content. */
  isLasting: boolean;
}

/**
 * The console as it was built, held in memory: a path is looked up among the files that are there, and never leads
 * anywhere else. Whatever is no file is a page of the console, which shows it by itself.
 */
export class ConsoleFiles {
  readonly #files = new Map<string, File>();
  readonly #page: File;

  /** Throws when the folder holds no `index.html`. */
  constructor(folder: string) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const type = TYPES[extname(entry.name)];
      if (type === undefined) continue;
      const url = `/${relative(folder, path).split(sep).join('/')}`;
      const plain = readFileSync(path);
      this.#files.set(url, {
        ...{ type, plain, isLasting: url.startsWith('/assets/') },
        packed: TEXT.test(type) ? undefined : null,
      });
    }
    const page = this.#files.get('/index.html');
    if (!page) throw new Error(`${folder} holds no index.html`);
    this.#page = page;
  }

  /** Answers with a file or the console's page; `null` when the path is none of the console's. */
  answer(request: FastifyRequest, reply: FastifyReply): FastifyReply | null {
    const path = new URL(request.url, 'http://localhost').pathname;
    if (request.method !== 'GET' || /^\/(?:api|metrics)(?:\/|$)/.test(path)) return null;
    const known = this.#files.get(path);
    // A file that is gone is no page.
    if (known === undefined && path.startsWith('/assets/')) return null;
    const file = known ?? this.#page;
    const { type, plain, isLasting } = file;
    const wantsPacked = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const packed = wantsPacked && file.packed !== null ? (file.packed ??= gzipSync(plain, { level: 9 })) : null;
    if (packed !== null) void reply.header('content-encoding', 'gzip');
    return reply
      .code(200)
      .type(type)
      .header('vary', 'accept-encoding')
      .header('cache-control', isLasting ? 'public, max-age=31536000, immutable' : 'no-cache')
      .header('content-security-policy', CONSOLE_POLICY)
      .send(packed ?? plain);
  }
}
