import type { JsonDiff } from '@otter/core';
import { ByteCursor } from '../events/byte-cursor.ts';
import { corrupt } from '../events/corruption.ts';
import { jsonNode, nodeText, type JsonArray, type JsonNode, type JsonObject } from './json-binary.ts';

const OPERATIONS = ['replace', 'insert', 'remove'] as const;

interface Step {
  operation: (typeof OPERATIONS)[number];
  path: string;
  value: JsonNode | null;
}

/**
 * A list of JSON diffs, without its length in front (MySQL `Json_diff_vector`):
 * ```
 * { operation 1 | path length | path [| value length | binary JSON] }
 * ```
 * Throws LOG_CORRUPT.
 */
function readSteps(bytes: Buffer): Step[] {
  const cursor = new ByteCursor(bytes);
  const steps: Step[] = [];
  while (cursor.remaining > 0) {
    const code = cursor.uint8();
    const operation = OPERATIONS[code];
    if (operation === undefined) throw corrupt(`a JSON diff has operation ${code}`);
    const path = cursor.utf8(cursor.lengthEncoded());
    let value: JsonNode | null = null;
    if (operation !== 'remove') {
      const document = cursor.bytes(cursor.lengthEncoded());
      value = jsonNode(document, 0, document.length);
    }
    steps.push({ operation, path, value });
  }
  return steps;
}

/** The diffs themselves, for a row whose before image lacks the document. */
export function jsonDiffs(bytes: Buffer): JsonDiff[] {
  return readSteps(bytes).map(({ operation, path, value }): JsonDiff => {
    return value === null ? { operation, path } : { operation, path, value: nodeText(value) };
  });
}

/**
 * Text of the document after the diffs were applied to its binary form before the update, as the server's
 * `apply_json_diff` does it: paths are exact, a value that is not where it should be is an error (LOG_CORRUPT).
 */
export function patchedText(before: Buffer, diffs: Buffer): string {
  const document = jsonNode(before, 0, before.length);
  for (const step of readSteps(diffs)) apply(document, step);
  return nodeText(document);
}

function apply(document: JsonNode, step: Step): void {
  const legs = parsePath(step.path);
  const last = legs.pop();
  if (last === undefined) throw corrupt('a JSON diff changes the whole document');
  let parent: JsonNode = document;
  for (const leg of legs) {
    const child = childAt(parent, leg);
    if (child === undefined) throw rejected(step);
    parent = child;
  }
  const done =
    parent instanceof Map
      ? changeObject(parent, last, step)
      : Array.isArray(parent)
        ? changeArray(parent, last, step)
        : false;
  if (!done) throw rejected(step);
}

function rejected({ operation }: Step): Error {
  return corrupt(`a JSON diff (${operation}) does not fit the document before the update`);
}

function childAt(node: JsonNode, leg: Leg): JsonNode | undefined {
  if (node instanceof Map) return typeof leg === 'string' ? node.get(leg) : undefined;
  if (Array.isArray(node)) return typeof leg === 'string' ? undefined : node[indexIn(node, leg)];
  return undefined;
}

function changeObject(object: JsonObject, leg: Leg, { operation, value }: Step): boolean {
  if (typeof leg !== 'string') return false;
  const exists = object.has(leg);
  if (operation === 'remove') return object.delete(leg);
  if (exists !== (operation === 'replace')) return false;
  object.set(leg, value as JsonNode);
  if (!exists) sortKeys(object);
  return true;
}

/** The server keeps keys ordered by length in bytes, then by bytes. */
function sortKeys(object: JsonObject): void {
  const entries = Array.from(object, ([key, node]) => ({ key, node, bytes: Buffer.from(key) }));
  entries.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
  object.clear();
  for (const { key, node } of entries) object.set(key, node);
}

function changeArray(array: JsonArray, leg: Leg, { operation, value }: Step): boolean {
  if (typeof leg === 'string') return false;
  const index = indexIn(array, leg);
  if (operation === 'insert') {
    // Behind the end appends, as Json_array::insert_alias does.
    array.splice(Math.max(index, 0), 0, value as JsonNode);
    return true;
  }
  if (index < 0 || index >= array.length) return false;
  if (operation === 'remove') array.splice(index, 1);
  else array[index] = value as JsonNode;
  return true;
}

/** A member's name or an array cell, counted from the front or, `[last-2]`, from the end. */
type Leg = string | { index: number; fromEnd: boolean };

function indexIn(array: JsonArray, leg: Exclude<Leg, string>): number {
  return leg.fromEnd ? array.length - 1 - leg.index : leg.index;
}

const CELL = /\s*\[\s*(?:(last)(?:\s*-\s*(\d+))?|(\d+))\s*\]/y;
const NAME = /\s*\.\s*(?:"((?:[^"\\]|\\.)*)"|([^\s.[\]"*]+))/sy;

/** `$.name."other name"[3][last-1]`: what the server writes for a path without wildcards. */
function parsePath(path: string): Leg[] {
  const legs: Leg[] = [];
  let at = path.startsWith('$') ? 1 : -1;
  while (at >= 0 && at < path.length) {
    CELL.lastIndex = at;
    const cell = CELL.exec(path);
    if (cell) {
      legs.push({ index: Number(cell[3] ?? cell[2] ?? 0), fromEnd: cell[1] !== undefined });
      at = CELL.lastIndex;
      continue;
    }
    NAME.lastIndex = at;
    const name = NAME.exec(path);
    if (!name) break;
    legs.push(name[1] === undefined ? (name[2] as string) : unescaped(name[1]));
    at = NAME.lastIndex;
  }
  if (at !== path.length) throw corrupt('a JSON diff has a path that is none');
  return legs;
}

const UNESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, c: string) =>
    hex === undefined ? (UNESCAPES[c] ?? c) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
