import { matchesTable, parseNamePattern, type NamePattern, type TablePattern } from '@otter/core';
import type { Session, TargetTable } from '@otter/dialects';
import type { Settings } from '../control/settings.ts';

/** A name pattern as it is written down: an exact name may look like an expression. */
type StoredName = [form: NamePattern['form'], text: string];

/** Which tables a pipeline kept equal when it last began: a table it has never had must be copied to take part. */
export class KnownTables {
  readonly #names: ReadonlySet<string>;
  readonly #patterns: readonly TablePattern[];

  private constructor(names: ReadonlySet<string>, patterns: readonly TablePattern[]) {
    this.#names = names;
    this.#patterns = patterns;
  }

  /** `null` where nothing is written down yet. */
  static async read(session: Session, settings: Settings): Promise<KnownTables | null> {
    const [names, patterns] = await settings.readEach(session, ['tables', 'patterns']);
    if (!names || !patterns) return null;
    const stored = JSON.parse(patterns) as [StoredName, StoredName][];
    return new KnownTables(
      new Set(JSON.parse(names) as string[]),
      stored.map(([schema, table]) => ({ schema: namePattern(schema), table: namePattern(table) })),
    );
  }

  /** Statements that write down what the pipeline keeps equal now. */
  static saveSql(settings: Settings, tables: readonly TargetTable[], patterns: readonly TablePattern[]): string[] {
    const stored = patterns.map(({ schema, table }) => [storedName(schema), storedName(table)]);
    return [
      settings.saveSql('tables', JSON.stringify(tables.map(({ schema, table }) => `${schema}.${table}`))),
      settings.saveSql('patterns', JSON.stringify(stored)),
    ];
  }

  /**
   * Whether the pipeline has never had the table. One that matches what was asked for then and came into being since is
   * none of these: all its rows are in the log.
   */
  isNew({ schema, table }: TargetTable): boolean {
    if (this.#names.has(`${schema}.${table}`)) return false;
    return !this.#patterns.some((pattern) => matchesTable(pattern, schema, table));
  }
}

function storedName({ form, text }: NamePattern): StoredName {
  return [form, text];
}

function namePattern([form, text]: StoredName): NamePattern {
  return form === 'exact' ? { form, text } : parseNamePattern(text);
}
