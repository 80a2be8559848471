/** Key of a table without regard to case: servers differ in whether names are told apart by it. */
export function foldedName({ schema, table }: { schema: string; table: string }): string {
  return `${schema}\0${table}`.toLowerCase();
}

/** Takes `schema.table` apart at the first dot: a schema whose name holds one is told apart by nobody. */
export function splitName(name: string): [schema: string, table: string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
