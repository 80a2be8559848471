import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { OtterError } from '@otter/core';

/** A document of the configuration, as it is written: by name, without secrets. */
export type PlainDocument = Record<string, unknown>;

/** A document and the folder of its file, from which the paths in it count. */
export interface ReadDocument {
  document: unknown;
  folder: string;
}

const EXTENSION = /\.(?:ya?ml|json)$/i;
const BYTES_MAX = 64 * 1024 * 1024;

/** What turns documents into YAML and back. */
export interface DocumentSyntax {
  documentsText: (documents: readonly object[]) => string;
  readDocuments: (text: string) => unknown[];
}

/**
 * Every document of some files and folders, these with what is below them, in the order of their names. Throws USAGE
 * when there is none or one cannot be read.
 */
export function readConfiguration(paths: readonly string[], syntax: DocumentSyntax): ReadDocument[] {
  const files = paths.flatMap(filesOf);
  const documents = files.flatMap((file) => documentsOf(file, syntax));
  if (documents.length === 0) throw usage(`${paths.join(', ')}: no document of a configuration`);
  return documents;
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => EXTENSION.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    throw usage(`"${path}" cannot be read: ${(cause as Error).message}`);
  }
}

function documentsOf(file: string, { readDocuments }: DocumentSyntax): ReadDocument[] {
  try {
    if (statSync(file).size > BYTES_MAX) throw usage('it is too large');
    return readDocuments(readFileSync(file, 'utf8')).map((document) => ({ document, folder: dirname(resolve(file)) }));
  } catch (error) {
    throw usage(`${file}: ${OtterError.is(error) ? error.detail : (error as Error).message}`);
  }
}

/**
 * Writes documents into a folder: a file for each data source, for each channel with its pipelines, and for the rest.
 * Returns the files. Throws USAGE, before anything is written, when the folder holds documents that are none of these:
 * they would be applied again.
 */
export function writeConfiguration(
  folder: string,
  documents: readonly PlainDocument[],
  { documentsText }: DocumentSyntax,
): string[] {
  const files = new Map<string, PlainDocument[]>();
  for (const document of documents) {
    const file = fileOf(document);
    files.set(file, [...(files.get(file) ?? []), document]);
  }
  const others = existsSync(folder)
    ? filesOf(folder)
        .map((file) => relative(folder, file))
        .filter((file) => !files.has(file))
    : [];
  if (others.length > 0) {
    throw usage(
      `${folder} holds ${others.slice(0, 5).join(', ')}, which this would not write; remove it, or take another folder`,
    );
  }
  for (const [file, contents] of files) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, documentsText(contents));
  }
  return [...files.keys()];
}

function fileOf({ kind, name, channel }: PlainDocument): string {
  switch (kind) {
    case 'data-source':
      return join('data-sources', `${String(name)}.yaml`);
    case 'channel':
      return join('channels', `${String(name)}.yaml`);
    case 'pipeline':
      return join('channels', `${String(channel)}.yaml`);
    case 'user':
      return 'users.yaml';
    default:
      return 'system.yaml';
  }
}

function usage(detail: string): OtterError {
  return new OtterError('USAGE', { detail });
}
