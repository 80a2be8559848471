interface Operation {
  summary?: string;
  tags?: string[];
  operationId?: string;
  parameters?: unknown;
  requestBody?: unknown;
  responses?: unknown;
}

/**
 * The description of the interface as one page to read: no script, nothing loaded, so that it works in a network without
 * internet and under the strictest policy.
 */
export function docsPage(document: { paths?: Record<string, Record<string, unknown> | undefined> }): string {
  const sections = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, described] of Object.entries(methods ?? {})) {
      const operation = described as Operation;
      const tag = operation.tags?.[0] ?? 'other';
      sections.set(tag, [...(sections.get(tag) ?? []), operationText(method, path, operation)]);
    }
  }
  const body = [...sections].map(([tag, operations]) => `<h2>${escaped(tag)}</h2>\n${operations.join('\n')}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Otter API</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
  summary { cursor: pointer; padding: .2rem 0 }
  pre { overflow: auto; font-size: 13px; margin: .2rem 0 1rem 1rem }
</style>
<h1>Otter API</h1>
<p>The same for programs: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
${body.join('\n')}
</html>
`;
}

function operationText(method: string, path: string, operation: Operation): string {
  const { parameters, requestBody, responses } = operation;
  const details = JSON.stringify({ parameters, requestBody, responses }, null, 2);
  const head = `<code>${escaped(method.toUpperCase())} ${escaped(path)}</code> ${escaped(operation.summary ?? '')}`;
  return `<details><summary>${head}</summary><pre>${escaped(details)}</pre></details>`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
