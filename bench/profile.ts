import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame }[];
  samples: number[];
  timeDeltas: number[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const maps = new Map<string, SourceMap | null>();

/** Where a process spent its time: self time of functions, most first, with the place in the TypeScript. */
export function profileText(folder: string, count = 30): string {
  const [file] = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the process left no CPU profile');
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  const places = new Map(profile.nodes.map((node) => [node.id, placeOf(node.callFrame)]));
  const selfUs = new Map<string, number>();
  profile.samples.forEach((sample, i) => {
    const place = places.get(sample) ?? '?';
    selfUs.set(place, (selfUs.get(place) ?? 0) + (profile.timeDeltas[i] ?? 0));
  });
  const total = [...selfUs.values()].reduce((sum, us) => sum + us, 0);
  const busy = total - (selfUs.get('(idle)') ?? 0);
  const lines = [...selfUs]
    .filter(([place]) => place !== '(idle)')
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([place, us]) => `  ${ms(us).padStart(7)} ${((100 * us) / busy).toFixed(1).padStart(5)}%  ${place}`);
  return `  ${ms(busy)} ms busy of ${ms(total)} ms; self time in ms:\n${lines.join('\n')}\n`;
}

function ms(us: number): string {
  return (us / 1000).toFixed(0);
}

function placeOf(frame: CallFrame): string {
  const name = frame.functionName || '(anonymous)';
  if (!frame.url.startsWith('file://')) return frame.url === '' ? name : `${name} ${frame.url}`;
  const path = fileURLToPath(frame.url);
  const map = sourceMap(path);
  const entry = map?.findEntry(frame.lineNumber, frame.columnNumber);
  if (entry === undefined || !('originalSource' in entry))
    return `${name} ${relative(ROOT, path)}:${frame.lineNumber + 1}`;
  return `${name} ${relative(ROOT, join(path, '..', entry.originalSource))}:${entry.originalLine + 1}`;
}

function sourceMap(path: string): SourceMap | null {
  let map = maps.get(path);
  if (map === undefined) {
    const mapPath = `${path}.map`;
    map = existsSync(mapPath) ? new SourceMap(JSON.parse(readFileSync(mapPath, 'utf8')) as SourceMapPayload) : null;
    maps.set(path, map);
  }
  return map;
}
