import { useNavigate } from '@tanstack/react-router';
import { Input, Modal } from 'antd';
import { useDeferredValue, useState, type KeyboardEvent } from 'react';
import { api } from '../api/client.ts';
import type { SearchHit } from '../api/objects.ts';
import { useWords } from '../words/words.ts';

const EACH_MAX = '8';

/** Finds anything by a part of its name; arrows choose, Enter goes there. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = useFound(useDeferredValue(text.trim()));
  const go = (item: Hit | undefined): void => {
    if (item === undefined) return;
    onClose();
    void navigate({ href: item.to });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + found.length) % found.length);
    } else if (event.key === 'Enter') go(found[chosen]);
  };
  return (
    <Modal open footer={null} onCancel={onClose} title={t('search.title')} destroyOnHidden>
      <Input
        autoFocus
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="search-results"
        aria-activedescendant={found[chosen] === undefined ? undefined : `search-${chosen}`}
        aria-label={t('search.title')}
        placeholder={t('search.placeholder')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="search-results" role="listbox" aria-label={t('search.title')} className="results">
        {found.map((item, index) => (
          <li
            key={`${item.kind} ${item.id} ${item.name}`}
            id={`search-${index}`}
            role="option"
            aria-selected={index === chosen}
          >
            <button type="button" tabIndex={-1} onClick={() => go(item)}>
              <span className="quiet">{t(`object.${item.kind}`)}</span> {item.name}{' '}
              <span className="quiet">{item.detail}</span>
            </button>
          </li>
        ))}
      </ul>
      {text.trim() !== '' && found.length === 0 && <p className="quiet">{t('search.nothing')}</p>}
    </Modal>
  );
}

type Hit = SearchHit & { to: string };

/** Where a hit leads: a table to its pipeline, a code to the events that carry it. */
function addressOf({ kind, id, name }: SearchHit): string {
  switch (kind) {
    case 'channel':
      return `/channels/${id}`;
    case 'pipeline':
      return `/pipelines/${id}`;
    case 'table':
      return `/pipelines/${id}?tab=tables`;
    case 'data-source':
      return `/data-sources/${id}`;
    case 'user':
      return `/users?user=${id}`;
    case 'error-code':
      return `/log?code=${name}`;
  }
}

function useFound(q: string): Hit[] {
  const params = { query: { q, limit: EACH_MAX } };
  const found = api.useQuery('get', '/api/v1/search', { params }, { enabled: q !== '', placeholderData: (old) => old });
  if (q === '') return [];
  return found.data?.items.map((hit) => ({ ...hit, to: addressOf(hit) })) ?? [];
}
