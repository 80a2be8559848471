import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Radio } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Conflict, Verdict } from '../../api/objects.ts';
import { problemOf } from '../../api/problem.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useWords } from '../../words/words.ts';
import { stayed } from './conflict-words.tsx';
import type { Direction } from './directions.ts';

type Side = 'incoming' | 'local';
type Picks = Readonly<Record<string, Side>>;

interface Props {
  conflict: Conflict;
  direction: Direction;
  mayChoose: boolean;
}

const SIDES = ['incoming', 'local'] as const;

/** The row before, as the source had it and as the target had it; and which of them is kept, whole or cell by cell. */
export function RowChoice({ conflict, direction, mayChoose }: Props) {
  const { t } = useWords();
  const columns = columnsOf(conflict);
  const differing = columns.filter(({ differs }) => differs).map(({ name }) => name);
  const [picks, setPicks] = useState<Picks>({});
  const [whole, setWhole] = useState<Side | null>(conflict.outcome === 'both' ? null : conflict.outcome);
  // A row that is not there has no cells to pick from.
  const byCell = mayChoose && conflict.after !== null && conflict.local !== null;
  const keep = (side: Side): void => {
    setWhole(side);
    setPicks({});
  };
  const sites = { incoming: direction.source, local: direction.target };
  return (
    <section className="panel" aria-label={t('conflicts.rows')}>
      <table className="cells">
        <thead>
          <tr>
            <th scope="col">{t('conflicts.column')}</th>
            <th scope="col">{t('conflicts.before')}</th>
            {SIDES.map((side) => (
              <th scope="col" key={side}>
                {t('conflicts.side', { name: sites[side] })}
                {mayChoose && (
                  <Button size="small" onClick={() => keep(side)} aria-pressed={whole === side && isPlain(picks)}>
                    {t('conflicts.keep-all', { name: sites[side] })}
                  </Button>
                )}
              </th>
            ))}
            {conflict.left !== null && <th scope="col">{t('conflicts.left')}</th>}
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <ColumnLine
              key={column.name}
              {...{ column, sites }}
              left={conflict.left}
              picked={picks[column.name] ?? whole}
              {...(byCell && column.differs
                ? { onPick: (side: Side) => setPicks({ ...picks, [column.name]: side }) }
                : {})}
            />
          ))}
        </tbody>
      </table>
      {mayChoose && (
        <Verdicts {...{ conflict, direction }} verdict={verdictOf(conflict, { whole, picks, differing })} />
      )}
    </section>
  );
}

interface LineProps {
  column: Column;
  sites: Record<Side, string>;
  left: Conflict['left'];
  picked: Side | null;
  /** Absent where there is nothing to pick from. */
  onPick?: (side: Side) => void;
}

function ColumnLine({ column: { name, differs, before, ...values }, sites, left, picked, onPick }: LineProps) {
  const { t } = useWords();
  return (
    <tr className={differs ? 'differs' : undefined}>
      <th scope="row">{name}</th>
      <td data-label={t('conflicts.before')}>
        <Cell value={before} />
      </td>
      {SIDES.map((side) => (
        <td key={side} data-label={sites[side]}>
          {onPick === undefined ? (
            <Cell value={values[side]} isMarked={differs} />
          ) : (
            <Radio
              name={name}
              checked={picked === side}
              onChange={() => onPick(side)}
              aria-label={t('conflicts.pick', { column: name, name: sites[side] })}
            >
              <Cell value={values[side]} isMarked />
            </Radio>
          )}
        </td>
      ))}
      {left !== null && (
        <td data-label={t('conflicts.left')}>
          <Cell value={left[name]} />
        </td>
      )}
    </tr>
  );
}

function Cell({ value, isMarked = false }: { value: string | null | undefined; isMarked?: boolean }) {
  const { t } = useWords();
  if (value === undefined) return <span className="quiet">{t('conflicts.no-row')}</span>;
  const text = value === null ? <span className="quiet">NULL</span> : value;
  return isMarked ? <mark>{text}</mark> : <span>{text}</span>;
}

/** What will happen, in words, and the button that does it. */
function Verdicts({ conflict, direction, verdict }: Omit<Props, 'mayChoose'> & { verdict: Verdict | null }) {
  const { t } = useWords();
  const settled = useSettled();
  const keep = api.useMutation('post', '/api/v1/pipelines/{id}/conflicts/{conflict}/keep', settled);
  const confirm = api.useMutation('post', '/api/v1/pipelines/{id}/conflicts/{conflict}/confirm', settled);
  const params = { path: { id: String(direction.pipeline.id), conflict: String(conflict.id) } };
  const error = keep.error ?? confirm.error;
  const isChanged = problemOf(error)?.code === 'CONFLICT_ROW_CHANGED';
  const deletes = verdict !== null && 'keep' in verdict && imageOf(conflict, verdict.keep) === null;
  const decide = (force: boolean): void =>
    verdict === null ? confirm.mutate({ params }) : keep.mutate({ params, body: { ...verdict, force } });
  return (
    <>
      <p role="status">{useEffectText(conflict, direction, verdict)}</p>
      {error !== null && <ErrorNotice error={error} />}
      <div className="row">
        <Button
          type="primary"
          danger={deletes}
          loading={keep.isPending || confirm.isPending}
          onClick={() => decide(false)}
        >
          {t(verdict === null ? 'conflicts.confirm' : deletes ? 'conflicts.delete-row' : 'conflicts.write-row')}
        </Button>
        {isChanged && (
          <Button danger loading={keep.isPending} onClick={() => decide(true)}>
            {t('conflicts.force')}
          </Button>
        )}
      </div>
    </>
  );
}

/** Reads everything again, and says so when the other site could not be told. */
function useSettled() {
  const { t } = useWords();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return {
    onSuccess: ({ elsewhere }: { elsewhere: number | null }) => {
      if (elsewhere === null) void message.warning(t('conflicts.elsewhere'), 8);
      return queries.invalidateQueries();
    },
  };
}

function useEffectText(conflict: Conflict, { source, target }: Direction, verdict: Verdict | null): string {
  const { t } = useWords();
  const sites = { incoming: source, local: target };
  if (verdict === null) return t('conflicts.effect-confirm', { name: stayed(conflict, { source, target }) });
  if ('keep' in verdict) {
    const deletes = imageOf(conflict, verdict.keep) === null;
    return t(deletes ? 'conflicts.effect-delete' : 'conflicts.effect-keep', {
      ...{ name: sites[verdict.keep], source, target },
    });
  }
  const columns = Object.entries(verdict.columns).map(([column, side]) =>
    t('conflicts.pick', { column, name: sites[side] }),
  );
  return t('conflicts.effect-columns', { columns: columns.join(', '), source, target });
}

function imageOf({ after, local }: Conflict, side: Side): Conflict['after'] {
  return side === 'incoming' ? after : local;
}

/** What is asked for; null where it is what was decided anyway. */
function verdictOf(
  { outcome }: Conflict,
  { whole, picks, differing }: { whole: Side | null; picks: Picks; differing: readonly string[] },
): Verdict | null {
  if (isPlain(picks)) return whole === null || whole === outcome ? null : { keep: whole };
  const chosen = differing.flatMap((name): [string, Side][] => {
    const side = picks[name] ?? whole;
    return side === null ? [] : [[name, side]];
  });
  const isAsDecided = outcome !== 'both' && chosen.every(([, side]) => side === outcome);
  return isAsDecided ? null : { columns: Object.fromEntries(chosen) };
}

function isPlain(picks: Picks): boolean {
  return Object.keys(picks).length === 0;
}

interface Column extends Record<Side, string | null | undefined> {
  name: string;
  before: string | null | undefined;
  differs: boolean;
}

/** Every column of the three rows; `undefined` where there is no such row. */
function columnsOf({ before, after, local }: Conflict): Column[] {
  const names = new Set([before, after, local].flatMap((image) => Object.keys(image ?? {})));
  return [...names].map((name) => {
    const [was, incoming, here] = [before?.[name], after?.[name], local?.[name]];
    return { name, before: was, incoming, local: here, differs: incoming !== here };
  });
}
