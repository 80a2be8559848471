import { useNavigate } from '@tanstack/react-router';
import { Input, Modal } from 'antd';
import { useDeferredValue, useState, type KeyboardEvent } from 'react';
import { api } from '../api/client.ts';
import { useWords } from '../words/words.ts';

interface Found {
  key: string;
  kind: string;
  name: string;
  to: string;
}

const EACH_MAX = '8';

/** Finds anything by a part of its name; arrows choose, Enter goes there. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = useFound(useDeferredValue(text.trim()));
  const go = (item: Found | undefined): void => {
    if (item === undefined) return;
    onClose();
    void navigate({ to: item.to });
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
          <li key={item.key} id={`search-${index}`} role="option" aria-selected={index === chosen}>
            <button type="button" tabIndex={-1} onClick={() => go(item)}>
              <span className="quiet">{item.kind}</span> {item.name}
            </button>
          </li>
        ))}
      </ul>
      {text.trim() !== '' && found.length === 0 && <p className="quiet">{t('search.nothing')}</p>}
    </Modal>
  );
}

function useFound(search: string): Found[] {
  const { t } = useWords();
  const init = { params: { query: { search, limit: EACH_MAX } } };
  const when = { enabled: search !== '' };
  const channels = api.useQuery('get', '/api/v1/channels', init, when);
  const pipelines = api.useQuery('get', '/api/v1/pipelines', init, when);
  const sources = api.useQuery('get', '/api/v1/data-sources', init, when);
  if (search === '') return [];
  const of = (kind: string, path: string, items: { id: number; name: string }[] = []): Found[] =>
    items.map(({ id, name }) => ({ key: `${path}${id}`, kind, name, to: `/${path}/${id}` }));
  return [
    ...of(t('object.channel'), 'channels', channels.data?.items),
    ...of(t('object.pipeline'), 'pipelines', pipelines.data?.items),
    ...of(t('object.data-source'), 'data-sources', sources.data?.items),
  ];
}
