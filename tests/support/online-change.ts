import type { RunningServer } from '@otter/testkit';

/** A tool that changes `shop.t` (`id INT PRIMARY KEY, v VARCHAR(20)`) in a copy, one part of its work at a time. */
export interface OnlineChange {
  /** The copy is made and altered, nothing is in it yet. */
  begin(): Promise<void>;
  /** Rows are copied while others are written. */
  copy(): Promise<void>;
  /** The copy becomes the table. */
  swap(): Promise<void>;
  /** The tool cleans up. */
  end(): Promise<void>;
}

/** Writes to the table as an application does; two new rows from `from` on. */
function writes(from: number): string[] {
  return [
    `INSERT INTO shop.t (id, v) VALUES (${from}, 'new'), (${from + 1}, 'gone')`,
    `UPDATE shop.t SET v = CONCAT('w', id) WHERE id % 7 = ${from % 7} OR id = ${from}`,
    `DELETE FROM shop.t WHERE id = ${from + 1}`,
  ];
}

/** Where a chunk ends: the last one with the last row. */
const end = (from: number): number => (from === 75 ? 1_000_000 : from + 25);

/**
 * The statements of gh-ost, changes of the table applied to the copy as it does when it reads them in the log.
 * Source: gh-ost doc/how-it-works, go/sql/builder.go and go/logic/applier.go for their form.
 */
export function ghOst(
  source: RunningServer,
  alter: string,
  options: { twoStep?: boolean; firstId?: number } = {},
): OnlineChange {
  const { firstId = 1000 } = options;
  const mark = '/* gh-ost */';
  return {
    begin: async () => {
      await source.query(
        `drop ${mark} table if exists \`shop\`.\`_t_gho\`; drop ${mark} table if exists \`shop\`.\`_t_del\``,
      );
      await source.query(
        `create ${mark} table \`shop\`.\`_t_ghc\` (id bigint unsigned auto_increment, last_update timestamp not null DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, hint varchar(64) charset ascii not null, value varchar(4096) charset ascii not null, primary key(id), unique key hint_uidx(hint)) auto_increment=256 comment='gh-ost changelog'`,
      );
      await source.query(`create ${mark} table \`shop\`.\`_t_gho\` like \`shop\`.\`t\``);
      await source.query(`alter ${mark} table \`shop\`.\`_t_gho\` ${alter}`);
      await source.query("insert into shop._t_ghc (hint, value) values ('state', 'GhostTableMigrated')");
    },
    copy: async () => {
      for (let from = 0; from < 100; from += 25) {
        await source.query(
          `insert ${mark} ignore into shop._t_gho (id, v) (select id, v from shop.t where id >= ${from} and id < ${end(from)})`,
        );
        await source.query(`insert into shop._t_ghc (hint, value) values ('copy ${from}', 'x')`);
        for (const sql of writes(firstId + from)) await source.query(sql);
        await source.query(
          'replace into shop._t_gho (id, v) select id, v from shop.t where id in (select id from (select id from shop._t_gho) k) or id >= 1000; delete from shop._t_gho where id not in (select id from shop.t)',
        );
      }
    },
    swap: async () => {
      if (options.twoStep) {
        await source.query(`rename ${mark} table shop.t to shop._t_del`);
        await source.query(`rename ${mark} table shop._t_gho to shop.t`);
        return;
      }
      await source.query(
        `create ${mark} table \`shop\`.\`_t_del\` (id int auto_increment primary key) engine=InnoDB comment='ghost-cut-over-sentry'`,
      );
      await source.query('drop table `shop`.`_t_del`');
      await source.query(
        `rename ${mark} table \`shop\`.\`t\` to \`shop\`.\`_t_del\`, \`shop\`.\`_t_gho\` to \`shop\`.\`t\``,
      );
    },
    end: async () => {
      await source.query(`drop ${mark} table if exists shop._t_ghc; drop ${mark} table if exists shop._t_del`);
    },
  };
}

/**
 * The statements of pt-online-schema-change. Source: what the log holds of a run of version 3.2; its POD "DESCRIPTION".
 */
export function ptOsc(source: RunningServer, alter: string, options: { firstId?: number } = {}): OnlineChange {
  const { firstId = 1000 } = options;
  const trigger = (name: string, event: string, body: string): string =>
    `USE shop; CREATE TRIGGER \`pt_osc_shop_t_${name}\` AFTER ${event} ON \`shop\`.\`t\` FOR EACH ROW ${body}`;
  const replace = 'REPLACE INTO `shop`.`_t_new` (`id`, `v`) VALUES (NEW.`id`, NEW.`v`)';
  const remove = 'DELETE IGNORE FROM `shop`.`_t_new` WHERE `shop`.`_t_new`.`id` <=> OLD.`id`';
  return {
    begin: async () => {
      const [row] = await source.query('SHOW CREATE TABLE shop.t');
      const text = String(row?.['Create Table']).replace('CREATE TABLE `t` (', 'CREATE TABLE `shop`.`_t_new` (');
      await source.query(text);
      await source.query(`ALTER TABLE \`shop\`.\`_t_new\` ${alter}`);
      await source.query(trigger('del', 'DELETE', remove));
      await source.query(trigger('upd', 'UPDATE', `BEGIN ${remove} AND NOT (OLD.id <=> NEW.id); ${replace}; END`));
      await source.query(trigger('ins', 'INSERT', replace));
    },
    copy: async () => {
      for (let from = 0; from < 100; from += 25) {
        await source.query(
          `INSERT LOW_PRIORITY IGNORE INTO \`shop\`.\`_t_new\` (\`id\`, \`v\`) SELECT \`id\`, \`v\` FROM \`shop\`.\`t\` FORCE INDEX(\`PRIMARY\`) WHERE id >= ${from} AND id < ${end(from)} LOCK IN SHARE MODE /*pt-online-schema-change 1 copy nibble*/`,
        );
        for (const sql of writes(firstId + from)) await source.query(sql);
      }
      await source.query('ANALYZE TABLE `shop`.`_t_new` /* pt-online-schema-change */');
    },
    swap: async () => {
      await source.query('RENAME TABLE `shop`.`t` TO `shop`.`_t_old`, `shop`.`_t_new` TO `shop`.`t`');
    },
    end: async () => {
      await source.query('DROP TABLE IF EXISTS `shop`.`_t_old`');
      for (const name of ['del', 'upd', 'ins'])
        await source.query(`DROP TRIGGER IF EXISTS \`shop\`.\`pt_osc_shop_t_${name}\``);
    },
  };
}
