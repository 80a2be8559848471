/**
 * Goal: the last piece of a large table costs no more than one and a half times what the first did (issue 3, done when
 * 2): nothing the copy does grows with what lies behind it.
 *
 * Method: two million rows are copied; the CPU time of both servers and of this process is read all the while. What a
 * row cost in the third tenth, when everything is warm, is compared with the last tenth.
 */
import { readFileSync } from 'node:fs';
import { startServer, type RunningServer } from '@otter/testkit';
import { expect, test } from 'vitest';
import { LivePipeline } from '../support/live-pipeline.ts';

const ROWS = 2_000_000;
/** Of /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

test('two million rows', async () => {
  const [source, target] = await Promise.all([startServer({ bufferPoolMb: 512 }), startServer({ bufferPoolMb: 512 })]);
  let pipeline: LivePipeline | null = null;
  try {
    await fill(source, target);
    const running = new LivePipeline({
      ...{ source: source.address, target: target.address, tables: 'big.*', start: { at: 'now' } },
      mode: 'full+incremental',
    });
    pipeline = running;
    const samples: { rows: number; seconds: number }[] = [];
    await running.until(
      'the copy to end',
      ({ copy }) => {
        const rows = copy?.rows ?? 0;
        if (rows > (samples.at(-1)?.rows ?? 0)) samples.push({ rows, seconds: cpuSeconds([source.pid, target.pid]) });
        return copy !== null && copy.tablesDone === 1;
      },
      500_000,
    );
    expect(running.status.copy?.rows).toBe(ROWS);
    expect(samples.length).toBeGreaterThan(50);
    const early = costOfRow(samples, 0.2, 0.3);
    const late = costOfRow(samples, 0.9, 1);
    expect(late / early, `${early * 1e6} µs a row, then ${late * 1e6} µs`).toBeLessThanOrEqual(1.5);
  } finally {
    await pipeline?.stop().catch(() => undefined);
    await Promise.all([source.stop(), target.stop()]);
  }
}, 600_000);

async function fill(source: RunningServer, target: RunningServer): Promise<void> {
  for (const server of [source, target]) {
    await server.query(
      `CREATE DATABASE big; CREATE TABLE big.rows (id INT PRIMARY KEY, k INT NOT NULL, c CHAR(120) NOT NULL, KEY (k))`,
    );
  }
  await source.query(
    `INSERT INTO big.rows SELECT seq, seq*7919 MOD ${ROWS}, REPEAT('c',120) FROM big.seq_1_to_${ROWS}`,
  );
}

/** CPU seconds a row cost between two shares of the whole. */
function costOfRow(samples: readonly { rows: number; seconds: number }[], from: number, to: number): number {
  const within = samples.filter(({ rows }) => rows >= ROWS * from && rows <= ROWS * to);
  const [first, last] = [within[0], within.at(-1)];
  if (!first || !last || last.rows === first.rows) throw new Error('the copy was not looked at often enough');
  return (last.seconds - first.seconds) / (last.rows - first.rows);
}

/** Of these processes and of this one. */
function cpuSeconds(pids: readonly number[]): number {
  const { user, system } = process.cpuUsage();
  const others = pids.map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  });
  return others.reduce((sum, seconds) => sum + seconds, (user + system) / 1e6);
}
