/**
 * Every sentence the preflight says of servers and tables, and the details of errors people meet most, in both
 * languages. `{holes}` are filled by `say()`; the English side is also what logs, `--json` and the interface hold.
 */
export const MESSAGES = {
  // Both ways.
  'conflict-window': {
    en: 'more than {megabytes} MB of keys would have to be remembered',
    zh: '需要记住的键已超过 {megabytes} MB',
  },
  'conflict-keyless': { en: '{table} has no primary key', zh: '{table} 没有主键' },
  'conflict-key-prefix': {
    en: '{table}: its primary key is over a prefix or an expression',
    zh: '{table} 的主键使用了前缀或表达式',
  },
  'conflict-key-folded': {
    en: '{column} is part of the primary key, and its values are not equal byte by byte ({type}): two sides could take two rows for one',
    zh: '主键列 {column} 的比较方式不是逐字节（{type}），两端可能把不同的行视为同一行',
  },
  'two-way-setting': {
    en: '{name} is {value}; both ways it has to be {wanted}: conflicts are told by whole images of rows in both logs.',
    zh: '{name} 为 {value}，双向同步要求 {wanted}：冲突检测依赖两端 binlog 中完整的行镜像。',
  },
  'two-way-cascades': {
    en: '{table} has a foreign key that cascades, and this server does not log what it does: rows changed by it would differ. Drop the cascade, or leave the table out.',
    zh: '{table} 有级联外键，而该版本的服务器不在 binlog 中记录级联操作，被级联修改的行会产生差异。请去掉级联，或排除该表。',
  },
  'counterpart-none': { en: 'pipeline {pipeline} has not run yet', zh: '任务 {pipeline} 尚未运行过' },
  'begun-one-way': {
    en: 'pipeline {pipeline} was begun as one way; to keep both sides equal from now on, start both directions with --restart',
    zh: '任务 {pipeline} 是按单向同步启动的；要改为双向同步，请对两个方向使用 --restart 重新开始',
  },
  'begun-two-way': {
    en: 'pipeline {pipeline} is one direction of two; alone it would overwrite what the other side has written. Start both, or begin anew with --restart',
    zh: '任务 {pipeline} 是双向同步中的一个方向；单独运行会覆盖对端写入的数据。请同时启动两个方向，或用 --restart 重新开始',
  },
  // The servers.
  'version-known': { en: 'It runs {version}.', zh: '版本为 {version}。' },
  'version-old': {
    en: 'It runs {version}, older than what is tested (MySQL 5.6, MariaDB 10.5).',
    zh: '版本为 {version}，低于经过测试的最低版本（MySQL 5.6、MariaDB 10.5）。',
  },
  'log-on': { en: 'The binary log is on.', zh: 'binlog 已开启。' },
  'log-off': { en: 'The binary log is off.', zh: 'binlog 未开启。' },
  'setting-good': { en: '{name} is {value}.', zh: '{name} 为 {value}。' },
  'setting-bad': { en: '{name} is {value}. {why}', zh: '{name} 为 {value}。{why}' },
  'value-empty': { en: 'empty', zh: '空' },
  'why-format': {
    en: 'Changes logged as statements cannot be applied as rows.',
    zh: '以语句形式记录的变更无法按行应用，行格式必须为 ROW。',
  },
  'why-image': { en: 'Rows without all columns may stop a table.', zh: '行镜像缺列可能导致表停止同步。' },
  'why-metadata': {
    en: 'Column names then come from the catalogue, which may have changed since the log was written.',
    zh: '列名只能取自当前的数据字典，而表结构可能在写入 binlog 之后已变更。',
  },
  'why-json-steps': {
    en: 'JSON changes are logged as steps; they are applied as such.',
    zh: 'JSON 列只记录局部修改，将按局部修改应用。',
  },
  'server-id-zero': {
    en: 'server_id is 0: it serves no replica.',
    zh: 'server_id 为 0，源库不接受任何从库连接。',
  },
  'log-kept-always': {
    en: 'Logs are kept until somebody purges them.',
    zh: 'binlog 不会自动过期，仅在手工清理时删除。',
  },
  'log-kept': { en: 'Logs are kept for {hours} hours.', zh: 'binlog 保留 {hours} 小时。' },
  'log-kept-briefly': {
    en: 'Logs are kept for {hours} hours only: a longer interruption loses changes.',
    zh: 'binlog 仅保留 {hours} 小时，中断超过这一时长将丢失变更。',
  },
  'read-only-everybody': {
    en: 'The target is read-only for everybody.',
    zh: '目标库对所有账号只读。',
  },
  'target-writable': { en: 'The target can be written to.', zh: '目标库可写。' },
  'read-only-passed': {
    en: 'read_only is {mode}, but {account} may write.',
    zh: 'read_only 为 {mode}，但账号 {account} 可写。',
  },
  'read-only': { en: 'read_only is {mode}.', zh: 'read_only 为 {mode}。' },
  'packet-fits': { en: 'max_allowed_packet is {bytes} bytes.', zh: 'max_allowed_packet 为 {bytes} 字节。' },
  'packet-small': {
    en: 'max_allowed_packet is {bytes} bytes, {sourceBytes} on the source: a row that is longest there may not fit into a statement here.',
    zh: '目标库 max_allowed_packet 为 {bytes} 字节，源库为 {sourceBytes} 字节，源库最长的行可能无法写入目标库。',
  },
  'name-case-same': {
    en: 'lower_case_table_names is {value} on both servers.',
    zh: '两端 lower_case_table_names 均为 {value}。',
  },
  'name-case-differs': {
    en: 'lower_case_table_names is {source} on the source and {target} on the target: names that differ only in case may meet.',
    zh: 'lower_case_table_names 源库为 {source}，目标库为 {target}，仅大小写不同的表名可能冲突。',
  },
  'clock-agrees': { en: 'Its clock agrees with ours.', zh: '时钟与本机一致。' },
  'clock-ahead': {
    en: 'Its clock is {seconds} s ahead of ours: lags and start times are wrong by as much.',
    zh: '时钟比本机快 {seconds} 秒，延迟和按时间指定的起始位点会有同样的偏差。',
  },
  'clock-behind': {
    en: 'Its clock is {seconds} s behind ours: lags and start times are wrong by as much.',
    zh: '时钟比本机慢 {seconds} 秒，延迟和按时间指定的起始位点会有同样的偏差。',
  },
  'not-reached': { en: '{message}. {advice}', zh: '{message}。{advice}' },

  // What the accounts may.
  'privileges-whole': { en: '{account} has all it needs.', zh: '账号 {account} 权限齐全。' },
  'log-not-readable': {
    en: '{account} lacks {privileges}, without which the log cannot be read.',
    zh: '账号 {account} 缺少 {privileges} 权限，无法读取 binlog。',
  },
  'catalogue-hides': {
    en: '{account} the catalogue does not show {tables}: it lacks {privileges}.',
    zh: '账号 {account} 看不到 {tables}，缺少 {privileges} 权限。',
  },
  'tables-not-writable': {
    en: '{account} may not write to {tables}: it lacks {privileges}.',
    zh: '账号 {account} 不能写入 {tables}，缺少 {privileges} 权限。',
  },
  'tables-not-creatable': {
    en: '{account} may not create or write to {tables}: it lacks {privileges}.',
    zh: '账号 {account} 不能创建或写入 {tables}，缺少 {privileges} 权限。',
  },
  'parents-not-referable': {
    en: '{account} may not make foreign keys to {tables}: it lacks {privileges}.',
    zh: '账号 {account} 不能创建引用 {tables} 的外键，缺少 {privileges} 权限。',
  },
  'names-more': { en: '{names} and {more} more', zh: '{names} 及另外 {more} 个' },
  'watermarks-not-writable': {
    en: '{account} may not write the watermarks of a full copy (lacks {privileges} on {schema}); without them only --mode incremental is possible.',
    zh: '账号 {account} 不能写入全量复制的水位标记（缺少 {schema} 上的 {privileges} 权限）；缺少水位标记时只能使用 --mode incremental。',
  },
  'heartbeat-not-writable': {
    en: '{account} may not write a heartbeat (lacks {privileges} on {schema}): lag is then measured by commit times.',
    zh: '账号 {account} 不能写入心跳（缺少 {schema} 上的 {privileges} 权限），延迟将按提交时间估算。',
  },
  'control-schema-lacks': {
    en: '{account} lacks {privileges} on the control schema {schema}.',
    zh: '账号 {account} 缺少控制库 {schema} 上的 {privileges} 权限。',
  },
  'definitions-not-changeable': {
    en: '{account} may not change every definition in {where}: a change it may not make stops its table. --ddl stop asks for none.',
    zh: '账号 {account} 不能在 {where} 执行全部 DDL；遇到无权执行的 DDL 时，对应的表会停止同步。使用 --ddl stop 则不需要这些权限。',
  },
  'triggers-not-visible': {
    en: '{account} cannot see the triggers of {tables}: whether one fires again is not known.',
    zh: '账号 {account} 看不到 {tables} 的触发器，无法判断触发器是否会重复执行。',
  },
  'schema-not-creatable': {
    en: '{account} may not create the schema {schema}: it lacks CREATE.',
    zh: '账号 {account} 不能创建库 {schema}，缺少 CREATE 权限。',
  },

  // How a table of the target fits the source's.
  'table-fits': { en: 'It fits {target}.', zh: '与 {target} 一致。' },
  'table-absent': { en: 'The target has no table {target}.', zh: '目标库没有表 {target}。' },
  'fix-create-table': {
    en: 'Create it there, for instance as SHOW CREATE TABLE prints it on the source.',
    zh: '请在目标库建表，可参照源库 SHOW CREATE TABLE 的输出。',
  },
  'fix-or-create-tables': { en: '{fix} Or --create-tables yes.', zh: '{fix}或使用 --create-tables yes 自动建表。' },
  'fix-create-by-hand': {
    en: 'Create it there by hand, as it shall be.',
    zh: '请按所需的结构在目标库手工建表。',
  },
  'stops-later': {
    en: '{finding} The table stops at its next change; the others go on.',
    zh: '{finding}该表将在下一次变更时停止同步，其他表不受影响。',
  },
  'column-absent': { en: 'The target has no column "{column}".', zh: '目标表没有列 "{column}"。' },
  'column-unfilled': {
    en: 'Column "{column}" of the target gets no value and has no default.',
    zh: '目标表的列 "{column}" 没有对应的源列，也没有默认值。',
  },
  'fix-column-unfilled': { en: 'Give it a default, or make it nullable.', zh: '请为该列设置默认值，或允许为 NULL。' },
  'column-unfit': { en: 'Column "{column}": {reason}.', zh: '列 "{column}"：{reason}。' },
  'column-narrower': {
    en: 'Column "{column}" ({type}) is narrower than {sourceType}: longer values are refused.',
    zh: '列 "{column}"（{type}）比源端的 {sourceType} 窄，超长的值会被目标库拒绝。',
  },
  'column-not-null': {
    en: 'Column "{column}" takes no NULL, the source\'s does.',
    zh: '目标列 "{column}" 不允许 NULL，而源列允许。',
  },
  'column-charset': {
    en: 'Column "{column}" is {type}: characters of {charset} it lacks are refused.',
    zh: '目标列 "{column}" 为 {type}，其字符集不包含的 {charset} 字符会被拒绝。',
  },
  'key-absent': {
    en: 'The target has no unique key without NULLs: rows are found by all their columns, one at a time, slowly.',
    zh: '目标表没有非空唯一键，只能按全部列逐行定位，速度很慢。',
  },
  'fix-key-absent': { en: 'Add a primary key on both sides.', zh: '请在两端的表上都添加主键。' },
  'key-unique-used': {
    en: 'No usable primary key: rows are addressed by the unique key "{key}".',
    zh: '没有可用的主键，将按唯一键 "{key}" 定位行。',
  },
  'key-unmatched': {
    en: 'The unique key "{key}" of the target has no counterpart on the source: rows of the source may clash in it.',
    zh: '目标表的唯一键 "{key}" 在源表没有对应的唯一键，源表的行写入时可能发生冲突。',
  },
  'key-collation': {
    en: 'The unique key "{key}" compares "{column}" by {target}, the source by {source}: keys that differ there may be equal here.',
    zh: '唯一键 "{key}" 的列 "{column}" 在目标表按 {target} 比较，在源表按 {source} 比较，源表中不同的键值在目标表可能相等。',
  },
  'triggers-fire': {
    en: 'Triggers of the target fire again for every row we write ({triggers}): what they did on the source is in the log already.',
    zh: '写入每一行时目标表的触发器都会再次触发（{triggers}），而触发器在源库的结果已在 binlog 中。',
  },
  'cascades-absent': {
    en: 'Cascades of the source ({keys}) are not in its log, and the target has no such foreign key to do the same: rows they change or delete there would stay here.',
    zh: '源表外键（{keys}）的级联操作不写入 binlog，而目标表没有相同的外键来执行级联：源库被级联修改或删除的行会残留在目标库。',
  },
  'fix-cascades-absent': {
    en: 'Give the target table the same foreign keys, with the same ON DELETE and ON UPDATE.',
    zh: '请为目标表创建相同的外键，ON DELETE、ON UPDATE 规则也须相同。',
  },
  'engine-unsafe': {
    en: "The target's engine {engine} has no transactions: after an interruption rows would be written twice.",
    zh: '目标表的存储引擎 {engine} 不支持事务，中断恢复后会重复写入。',
  },

  // Why values of one column cannot be kept by another: parts of a sentence.
  'type-int': { en: 'int of {bytes} bytes', zh: '{bytes} 字节 int' },
  'type-int-unsigned': { en: 'int of {bytes} bytes unsigned', zh: '{bytes} 字节无符号 int' },
  'type-of-charset': { en: '{type} of {charset}', zh: '{charset} 字符集的 {type}' },
  'type-inexact': {
    en: '{target} cannot hold every {source} exactly',
    zh: '{target} 不能精确保存 {source} 的所有取值',
  },
  'type-lossy': {
    en: '{source} cannot become {target} without a possible loss',
    zh: '{source} 转换为 {target} 可能丢失数据',
  },
  'type-labels-unknown': { en: 'the labels of {type} are not known', zh: '{type} 的成员列表未知' },
  'type-fewer-digits': {
    en: '{target} keeps fewer digits after the point than {source}',
    zh: '{target} 的小数位数少于 {source}',
  },
  'type-labels-lacking': {
    en: '{target} lacks {count} of the labels of {source}, the first is "{label}"',
    zh: '{target} 缺少 {source} 的 {count} 个成员，第一个为 "{label}"',
  },

  // What goes wrong when both sides are written.
  'two-way-image': {
    en: '{finding} A conflict is told by the whole row as it was.',
    zh: '{finding}只有完整的前镜像才能判断冲突。',
  },
  'two-way-identity': {
    en: 'A and B cannot be told apart, {identity} is the identity of both: one is a copy of the other, or both addresses lead to one server.',
    zh: '无法区分 A 与 B，两端的服务器标识均为 {identity}：其中一个是另一个的克隆，或两个地址指向同一台服务器。',
  },
  'fix-two-way-uuid': {
    en: 'Stop B, remove auto.cnf from its data folder and start it: it then takes another server_uuid.',
    zh: '请停止 B，删除其数据目录下的 auto.cnf 后再启动，服务器会生成新的 server_uuid。',
  },
  'two-way-identities': { en: 'A and B are told apart.', zh: 'A 与 B 的服务器标识不同。' },
  'two-way-clock': {
    en: "Its clock differs from Otter's by {difference} ms (measured within {error} ms).",
    zh: '时钟与 Otter 所在机器相差 {difference} 毫秒（测量误差不超过 {error} 毫秒）。',
  },
  'two-way-clocks': {
    en: 'The clocks of A and B differ by {difference} ms (measured within {error} ms): of writes to one row that are closer than that, the earlier may count as the later.',
    zh: 'A 与 B 的时钟相差 {difference} 毫秒（测量误差不超过 {error} 毫秒）：两端对同一行的写入间隔小于该值时，较早的写入可能被当作较新的。',
  },
  'fix-two-way-clock': {
    en: 'Let chronyd or ntpd keep the clocks of the machines.',
    zh: '请在各台机器上用 chronyd 或 ntpd 同步时钟。',
  },
  'two-way-numbers': {
    en: 'A and B give the same numbers to new rows of {tables}: auto_increment_increment and auto_increment_offset are {increment} and {offset} here, {otherIncrement} and {otherOffset} at {other}.',
    zh: 'A 与 B 会为 {tables} 的新行分配相同的自增值：此处 auto_increment_increment、auto_increment_offset 为 {increment}、{offset}，{other} 为 {otherIncrement}、{otherOffset}。',
  },
  'two-way-numbers-apart': {
    en: 'No number that one side gives is given by the other.',
    zh: '两端分配的自增值不会相同。',
  },
  'two-way-keyless': {
    en: 'It has no primary key: which row the other side has changed cannot be told.',
    zh: '表没有主键，无法判断另一端修改的是哪一行。',
  },
  'two-way-key-unfit': {
    en: 'Its primary key holds columns that do not travel, or only their beginnings: which row the other side has changed cannot be told.',
    zh: '主键包含不参与同步的列，或只包含列的前缀，无法判断另一端修改的是哪一行。',
  },
  'two-way-key-folded': {
    en: 'The column "{column}" of its primary key is {type}, whose values are not equal byte by byte: one side could take for one row what are two.',
    zh: '主键列 "{column}" 为 {type}，其比较方式不是逐字节的，一端可能把不同的行视为同一行。',
  },
  'two-way-keys-differ': {
    en: 'Rows are told apart by {columns} here and by {otherColumns} at {other}.',
    zh: '此处按 {columns} 区分行，{other} 按 {otherColumns} 区分。',
  },
  'two-way-unique': {
    en: 'The unique key "{key}" holds at each side alone: rows with the same {columns}, one written at A and one at B, clash when they meet.',
    zh: '唯一键 "{key}" 只在本端范围内生效：A 与 B 各写入一行 {columns} 相同的数据，同步后即发生冲突。',
  },
  'two-way-merged': {
    en: 'Several tables of A go into {target}: to which of them a row of B belongs cannot be told.',
    zh: 'A 的多张表汇入 {target}，无法判断 B 的一行属于其中哪张表。',
  },
  'two-way-trigger-writes': {
    en: 'The trigger {trigger} fires again for rows that come from the other side and writes to {tables}: what it writes then is not sent back, so the sides differ for good.',
    zh: '触发器 {trigger} 会对从另一端同步来的行再次触发，并写入 {tables}；这样写入的数据不会回传，两端将不再一致。',
  },
  'two-way-trigger-sets': {
    en: 'The trigger {trigger} changes rows before they are stored, those that come from the other side too: the sides differ unless it gives the same values again.',
    zh: '触发器 {trigger} 会在写入前修改行数据，从另一端同步来的行也不例外；若结果与原值不同，两端将不一致。',
  },
  'two-way-trigger-calls': {
    en: 'The trigger {trigger} fires again for rows that come from the other side and calls a routine: what that writes is not looked at.',
    zh: '触发器 {trigger} 会对从另一端同步来的行再次触发，并调用存储过程；存储过程写入的内容不在检查范围内。',
  },
  'two-way-trigger-fires': {
    en: 'The trigger {trigger} fires again for rows that come from the other side.',
    zh: '触发器 {trigger} 会对从另一端同步来的行再次触发。',
  },
  'two-way-cascade': {
    en: 'What the foreign key "{key}" does by {action} is not in the log: rows of this table that the other side has written meanwhile change or go without a conflict.',
    zh: '外键 "{key}" 的 {action} 操作不写入 binlog：另一端在此期间写入本表的行会被修改或删除，且不产生冲突记录。',
  },
  'two-way-default': {
    en: 'The column "{column}" does not travel and is filled by an expression or by ON UPDATE: each side has values of its own.',
    zh: '列 "{column}" 不参与同步，其值由表达式或 ON UPDATE 生成，两端各有各的值。',
  },
  'fix-two-way-default': {
    en: 'Let it travel: take it into --columns.',
    zh: '请将该列加入 --columns，使其参与同步。',
  },
  'two-way-touched': {
    en: 'The server sets {columns} at every update: the value travels, but where changes are merged by column every two updates of a row meet in it.',
    zh: '每次更新时服务器都会重写 {columns}：该值会正常同步，但按列合并时，对同一行的任何两次更新都会在此列上冲突。',
  },

  // What becomes of the rows that are there.
  'tables-none': { en: 'No table of the source matches {patterns} yet.', zh: '源库目前没有与 {patterns} 匹配的表。' },
  loop: {
    en: 'The pipeline "{pipeline}" writes into this source and reads from this target: changes would go round for ever. Two-way is not supported yet.',
    zh: '管道 "{pipeline}" 正从该目标库读取并写入该源库，变更会无限循环。暂不支持双向同步。',
  },
  'rows-not-copied': {
    en: 'Rows that are there already are not copied; the log is followed.',
    zh: '不复制已有的行，仅跟随 binlog 增量同步。',
  },
  'rows-not-copied-filled': {
    en: 'Rows that are there already are not copied ({tables} on the target holds rows); the log is followed.',
    zh: '不复制已有的行（目标表 {tables} 已有数据），仅跟随 binlog 增量同步。',
  },
  'rows-undecided': {
    en: '{tables} on the target holds rows, and nothing says what is to become of them.',
    zh: '目标表 {tables} 已有数据，且未指定如何处理。',
  },
  'fix-rows-undecided': {
    en: '--if-not-empty keep | replace, or --mode incremental',
    zh: '--if-not-empty keep | replace，或 --mode incremental',
  },
  'rows-copied': {
    en: '{count} tables are copied while the log is followed.',
    zh: '将全量复制 {count} 张表，同时跟随 binlog。',
  },
  'rows-copied-replacing': {
    en: '{count} tables are copied while the log is followed; {tables} is emptied first.',
    zh: '将全量复制 {count} 张表，同时跟随 binlog；复制前先清空 {tables}。',
  },
  'copy-image': {
    en: 'Rows are logged in part (binlog_row_image={image}); while a table is copied they must be whole.',
    zh: 'binlog 行镜像不完整（binlog_row_image={image}），全量复制期间必须记录完整的行。',
  },
  'copy-commit-order': {
    en: 'Transactions may become visible in another order than they are logged (binlog_order_commits=OFF).',
    zh: '事务的可见顺序可能与 binlog 顺序不同（binlog_order_commits=OFF）。',
  },
  'copy-keyless': {
    en: 'It has no key: it is read in one piece of at most 64 MB, again and again until nobody writes to it meanwhile.',
    zh: '该表没有键，只能一次整表读取（最多 64 MB），期间有写入则重读，直到读取期间无人写入。',
  },

  // Tables that are made on the target.
  'table-created': { en: '{target} will be created for it.', zh: '将为其创建 {target}。' },
  'table-created-indexes-later': {
    en: '{target} will be created for it, and its indexes {indexes} once its rows are there.',
    zh: '将为其创建 {target}，索引 {indexes} 在数据复制完成后创建。',
  },
  'table-not-creatable': {
    en: 'The target has no table {target}, and it cannot be created: {reason}.',
    zh: '目标库没有表 {target}，且无法自动创建：{reason}。',
  },
  'several-unfit': {
    en: 'several tables go into {target}, which is made from {first}, and this one does not fit it: {finding}',
    zh: '有多张表写入 {target}，它按 {first} 的结构创建，与本表不匹配：{finding}',
  },
  'schema-not-made': {
    en: 'the schema {schema} is missing too, and cannot be created: {reason}',
    zh: '库 {schema} 也不存在，且无法创建：{reason}',
  },
  'collation-unknown': {
    en: '{server} has neither the collation {collation} nor one that is near it',
    zh: '{server} 没有排序规则 {collation}，也没有相近的排序规则',
  },
  'collation-newer': {
    en: 'where characters newer than Unicode 9 may compare differently',
    zh: 'Unicode 9 之后新增的字符比较结果可能不同',
  },
  'collation-padded': {
    en: 'where characters newer than Unicode 9 may compare differently, and trailing spaces count',
    zh: 'Unicode 9 之后新增的字符比较结果可能不同，且尾部空格参与比较',
  },
  'collation-older': {
    en: 'where characters newer than Unicode 5.2 may compare differently',
    zh: 'Unicode 5.2 之后新增的字符比较结果可能不同',
  },
  'collation-becomes': { en: '{from} becomes {to}, {difference}', zh: '由 {from} 变为 {to}，{difference}' },
  'collation-becomes-unique': {
    en: '{from} becomes {to}, {difference}; in the unique key "{key}" values that differ here may be equal there',
    zh: '由 {from} 变为 {to}，{difference}；唯一键 "{key}" 中源端不同的值在目标端可能相等',
  },
  'columns-recollated': { en: 'Columns {columns}: the collation {becomes}.', zh: '列 {columns} 的排序规则{becomes}。' },
  'collation-coarse': {
    en: '{what} has the collation {collation} in the unique key "{key}", and the nearest of {server}, {nearest}, compares too differently',
    zh: '唯一键 "{key}" 中的{what}使用排序规则 {collation}，{server} 中最接近的 {nearest} 比较规则差异过大',
  },
  'of-column': { en: 'column "{column}"', zh: '列 "{column}"' },
  'of-generated': { en: 'the generated column "{column}"', zh: '生成列 "{column}"' },
  'of-column-check': { en: 'the CHECK of column "{column}"', zh: '列 "{column}" 的 CHECK' },
  'of-default': { en: 'the default of column "{column}"', zh: '列 "{column}" 的默认值' },
  'of-key': { en: 'the key "{key}"', zh: '索引 "{key}"' },
  'of-check': { en: 'the CHECK "{check}"', zh: 'CHECK 约束 "{check}"' },
  'of-partitioning': { en: 'its partitioning', zh: '分区定义' },
  'unquoted-name': {
    en: '"{name}", which the mapping renames or leaves out, stands unquoted in an expression',
    zh: '映射中改名或排除的列 "{name}" 在表达式中未加引号',
  },
  'definition-bytes': {
    en: 'its definition holds bytes that are no text, in a default most likely',
    zh: '表定义中含有非文本字节，多半出现在默认值中',
  },
  'definition-unreadable': { en: 'its definition cannot be read', zh: '无法解析表定义' },
  'column-unreadable': { en: 'a column of its definition cannot be read', zh: '无法解析表定义中的某一列' },
  'key-unreadable': { en: 'a key of its definition cannot be read', zh: '无法解析表定义中的某个索引' },
  unreadable: { en: '{what} cannot be read', zh: '无法解析{what}' },
  'foreign-key-unreadable': { en: 'the foreign key "{key}" cannot be read', zh: '无法解析外键 "{key}"' },
  'options-unreadable': { en: 'its options cannot be read', zh: '无法解析表选项' },
  'option-unreadable': { en: 'its option {option} cannot be read', zh: '无法解析表选项 {option}' },
  'columns-all-left-out': { en: 'the mapping leaves out every column', zh: '映射排除了所有列' },
  'column-computed': {
    en: 'column "{column}" is computed from "{from}", which the mapping leaves out',
    zh: '列 "{column}" 由 "{from}" 计算得出，而映射排除了该列',
  },
  'type-unknown': {
    en: '{what} has the type {type}, which is not known to be the same on {server}',
    zh: '{what}的类型为 {type}，无法确定与 {server} 上的含义相同',
  },
  'label-doubtful': {
    en: 'a label of {what} holds a question mark, as which servers also print characters they cannot show',
    zh: '{what}的某个成员含有问号，而服务器也用问号表示无法显示的字符',
  },
  'keeps-history': {
    en: 'it keeps its history (SYSTEM VERSIONING), which the target would write anew',
    zh: '该表保留历史版本（SYSTEM VERSIONING），目标库会重新生成历史',
  },
  'says-unknown': {
    en: '{what} says {word}, which is not known to mean the same on {server}',
    zh: '{what}含有 {word}，无法确定与 {server} 上的含义相同',
  },
  'uses-unknown': {
    en: '{what} uses {word}, which is not known to mean the same on {server}',
    zh: '{what}使用了 {word}，无法确定与 {server} 上的含义相同',
  },
  'default-needs': {
    en: '{what} needs "{column}", which the mapping leaves out',
    zh: '{what}依赖列 "{column}"，而映射排除了该列',
  },
  'default-refused': {
    en: '{what} has a default that {server} does not take: an expression, or one of a text',
    zh: '{what}的默认值为表达式或 TEXT 类默认值，{server} 不支持',
  },
  'default-bytes': {
    en: '{what} is printed with question marks, as bytes that are no text are',
    zh: '{what}显示为问号，可能是非文本字节',
  },
  'default-doubtful': {
    en: 'The default of {what} holds a question mark, as which servers also print characters beyond U+FFFF: compare it.',
    zh: '{what}的默认值含有问号，而服务器也用问号表示 U+FFFF 以上的字符，请核对。',
  },
  'not-null-left-out': {
    en: 'NOT NULL of the generated {what} is left out.',
    zh: '生成列的 NOT NULL 已略去：{what}。',
  },
  'attribute-left-out': { en: '{attribute} of {what} is left out.', zh: '{what}的 {attribute} 已略去。' },
  'column-check-left-out': {
    en: 'The CHECK of {what} is left out: {server} has none.',
    zh: '{what}的 CHECK 已略去：{server} 不支持。',
  },
  'period-unknown': { en: 'it has a PERIOD, which {server} does not know', zh: '该表含有 PERIOD，{server} 不支持' },
  'period-needs': {
    en: 'its PERIOD needs "{column}", which the mapping leaves out',
    zh: 'PERIOD 依赖列 "{column}"，而映射排除了该列',
  },
  'vector-unknown': {
    en: 'its VECTOR KEY is not known to mean the same on {server}',
    zh: '无法确定 VECTOR KEY 与 {server} 上的含义相同',
  },
  'primary-needs': {
    en: 'its primary key needs "{column}", which the mapping leaves out: how its rows are told apart is unknown',
    zh: '主键依赖列 "{column}"，而映射排除了该列，无法区分各行',
  },
  'unique-left-out': {
    en: 'The unique key "{key}" is left out: its column "{column}" does not travel.',
    zh: '唯一键 "{key}" 已略去：其中的列 "{column}" 不在同步范围内。',
  },
  'index-left-out': {
    en: 'The key "{key}" is left out: its column "{column}" does not travel.',
    zh: '索引 "{key}" 已略去：其中的列 "{column}" 不在同步范围内。',
  },
  'key-expression': {
    en: '{what} is over an expression, which {server} does not know',
    zh: '{what}建立在表达式上，{server} 不支持',
  },
  'key-overlaps': {
    en: '{what} is WITHOUT OVERLAPS, which {server} does not know',
    zh: '{what}使用 WITHOUT OVERLAPS，{server} 不支持',
  },
  'check-left-out': { en: 'The CHECK "{check}" is left out: {why}.', zh: 'CHECK 约束 "{check}" 已略去：{why}。' },
  'its-column-stays': { en: 'its column "{column}" does not travel', zh: '其中的列 "{column}" 不在同步范围内' },
  'server-has-none': { en: '{server} has none', zh: '{server} 不支持' },
  'not-enforced': { en: 'it is not enforced', zh: '该约束未启用（NOT ENFORCED）' },
  'a-column-stays': { en: 'a column of it does not travel', zh: '其中有列不在同步范围内' },
  'parent-stays': { en: 'its parent {parent} is not among the tables', zh: '父表 {parent} 不在同步范围内' },
  'foreign-key-cascades': {
    en: 'its foreign key "{key}" cascades, which is not in the source\'s log, and {why}',
    zh: '外键 "{key}" 带有级联操作，级联结果不写入源库 binlog，且{why}',
  },
  'foreign-key-left-out': { en: 'The foreign key "{key}" is left out: {why}.', zh: '外键 "{key}" 已略去：{why}。' },
  'place-left-out': {
    en: '{option} is left out: where files lie is a matter of the server.',
    zh: '{option} 已略去：文件存放位置由目标服务器决定。',
  },
  'places-left-out': {
    en: 'DATA and INDEX DIRECTORY are left out: where files lie is a matter of the server.',
    zh: 'DATA DIRECTORY 和 INDEX DIRECTORY 已略去：文件存放位置由目标服务器决定。',
  },
  'rows-elsewhere': { en: 'its {option} leads to rows elsewhere', zh: '表选项 {option} 指向存放在别处的数据' },
  'storage-left-out': {
    en: '{option}={value} is left out: {server} has its own way.',
    zh: '{option}={value} 已略去：{server} 的实现方式不同。',
  },
  'option-unknown': {
    en: 'its option {option} is not known to mean the same on {server}',
    zh: '无法确定表选项 {option} 与 {server} 上的含义相同',
  },
  'engine-replaced': {
    en: 'Its engine is InnoDB in place of {engine}, which has no transactions.',
    zh: '{engine} 不支持事务，目标表的存储引擎改用 InnoDB。',
  },
  'engine-unknown': {
    en: 'its engine {engine} is not known on {server}, or has no transactions',
    zh: '{server} 不支持存储引擎 {engine}，或该引擎不支持事务',
  },
  'partitioned-by': {
    en: 'it is partitioned by "{column}", which the mapping leaves out',
    zh: '该表按列 "{column}" 分区，而映射排除了该列',
  },

  // Details of errors: what a server said, and why a table, a pipeline or a start stopped.
  'source-said': { en: 'error {errno} of the source: {message}', zh: '源库报错 {errno}：{message}' },
  'target-said': { en: 'error {errno} of the target: {message}', zh: '目标库报错 {errno}：{message}' },
  'log-source-said': { en: 'the source says ({errno}) {message}', zh: '源库返回 ({errno}) {message}' },
  'connection-dropped': { en: '{server}: the connection was dropped', zh: '{server}：连接已断开' },
  'stream-ended': {
    en: 'the server ended the stream, it is shutting down',
    zh: '服务器正在关闭，已结束 binlog 传输',
  },
  'connecting-interrupted': { en: 'connecting was interrupted', zh: '连接过程被中断' },
  'log-silent': {
    en: 'nothing was received for {silentMs} ms, not even a heartbeat',
    zh: '{silentMs} 毫秒内未收到任何数据，包括心跳',
  },
  'target-for': { en: '{target}, for {source}', zh: '{target}（对应源表 {source}）' },
  'columns-lacking': { en: '{table} lacks the column {columns}', zh: '{table} 缺少列 {columns}' },
  'columns-none-filled': { en: 'no column of {table} receives a value', zh: '{table} 没有任何列可以写入' },
  'column-without-value': {
    en: 'the column "{column}" of {table} has no default and no value is sent for it',
    zh: '{table} 的列 "{column}" 没有默认值，也没有对应的源列',
  },
  'columns-unfit': { en: 'column "{source}" → "{target}": {reason}', zh: '列 "{source}" → "{target}"：{reason}' },
  'charset-name-bad': {
    en: '"{name}" is not the name of a charset or collation',
    zh: '"{name}" 不是字符集或排序规则的名称',
  },
  'copy-key-lost': { en: '{table} has lost the key it was copied along', zh: '{table} 用于分段复制的键已不存在' },
  'rows-found': {
    en: '{table}: {found} of {wanted} rows were found',
    zh: '{table}：应有 {wanted} 行，只找到 {found} 行',
  },
  'packet-needed': {
    en: '{table} needs a packet of {bytes} bytes, the target takes {max}',
    zh: '{table} 需要 {bytes} 字节的数据包，目标库上限为 {max} 字节',
  },
  'a-row': { en: 'a row', zh: '一行数据' },
  'value-refused': { en: 'column "{column}" ({type}): {reason}', zh: '列 "{column}"（{type}）：{reason}' },
  'value-address-bytes': {
    en: 'an address in bytes cannot be written as text',
    zh: '以字节表示的地址不能作为文本写入',
  },
  'value-partial-json': {
    en: 'a partial JSON update needs a JSON column on the target',
    zh: 'JSON 局部更新要求目标列为 JSON 类型',
  },
  'value-rounded': { en: '{type} would round it', zh: '{type} 会对其四舍五入' },
  'value-label-unknown': { en: 'it has no label number {index}', zh: '没有编号为 {index} 的成员' },
  'value-member-unknown': { en: 'it has a member without a label', zh: '含有没有名称的成员' },
  'text-refused': { en: 'column "{column}" ({type}) {reason}', zh: '列 "{column}"（{type}）{reason}' },
  'text-bytes': { en: 'holds bytes that are no text of {charset}', zh: '含有不属于 {charset} 字符集的字节' },
  'text-spaces': { en: 'would lose spaces at the end of a value', zh: '会丢失值末尾的空格' },
  'json-too-deep': { en: 'a JSON document is nested too deep', zh: 'JSON 文档嵌套过深' },
  'row-changed-in-storing': {
    en: 'a row with an ENUM error value was changed by the target while it was stored (warnings {warnings})',
    zh: '含 ENUM 错误值的行在写入时被目标库改动（警告 {warnings}）',
  },
  'image-lacks-default': {
    en: '{table}: an INSERT leaves out "{column}", and the default of "{target}" on the target is not known to be the same',
    zh: '{table}：INSERT 未包含列 "{column}"，且无法确认目标列 "{target}" 的默认值相同',
  },
  'image-lacks-address': {
    en: '{table}: the row image lacks a column by which the target finds the row',
    zh: '{table}：行镜像缺少目标库定位该行所需的列',
  },
  'image-not-whole': {
    en: '{table}: while the table is being copied, rows must be logged whole (binlog_row_image=FULL, no partial JSON)',
    zh: '{table}：全量复制期间必须记录完整的行（binlog_row_image=FULL，且不使用 JSON 局部更新）',
  },
  'image-lacks-key': {
    en: '{table}: the row image lacks a column of the key',
    zh: '{table}：行镜像缺少键中的列',
  },
  'image-lacks-key-column': {
    en: '{table}: the row image lacks the key column "{column}"',
    zh: '{table}：行镜像缺少键列 "{column}"',
  },
  'image-lacks-columns': {
    en: '{table}: the row image lacks columns, and the target has no unique key over the others',
    zh: '{table}：行镜像缺列，且目标表在其余列上没有唯一键',
  },
  about: { en: '{what}: {detail}', zh: '{what}：{detail}' },
  'statement-uncertain': { en: '{statement} ({reason})', zh: '{statement}（{reason}）' },
  'concerns-parked': {
    en: 'it concerns {tables} too, which is parked',
    zh: '该语句还涉及已停止的表 {tables}',
  },
  'not-repeatable': { en: 'it cannot be repeated here: {reason}', zh: '无法在此重复执行：{reason}' },
  'ended-while-run': {
    en: 'the process ended while the statement was run, and it leaves no trace',
    zh: '语句执行期间进程退出，且该语句不留下可供判断的痕迹',
  },
  'pipeline-epoch': { en: 'pipeline {pipeline}, epoch {epoch}', zh: '管道 {pipeline}，epoch {epoch}' },
  'pipeline-named': { en: 'pipeline {pipeline}', zh: '管道 {pipeline}' },
  'pipeline-owned': {
    en: 'pipeline {pipeline} is being run by connection {owner} of the target',
    zh: '管道 {pipeline} 正由目标库上的连接 {owner} 运行',
  },
  'pipeline-running': {
    en: 'pipeline {pipeline} is running; stop it before its position is set',
    zh: '管道 {pipeline} 正在运行；请先停止再设置位点',
  },
  'source-other': {
    en: 'pipeline {pipeline} read from {stored}, this is {found}',
    zh: '管道 {pipeline} 原先读取 {stored}，当前服务器为 {found}',
  },
  'address-other': {
    en: 'the address now leads to the server {found}, the log was read from {stored}',
    zh: '该地址现指向服务器 {found}，此前读取的是 {stored}',
  },
  'workers-apart': {
    en: 'its workers stand at {start} and {furthest}; run once with --apply row to bring them together',
    zh: '各工作线程分别位于 {start} 和 {furthest}；请先用 --apply row 运行一次使其对齐',
  },
  'range-undividable': {
    en: 'a range that some workers have applied and others have not cannot be divided again: a table of it does not fit the target any more',
    zh: '部分工作线程已应用的区间无法重新划分：其中有表与目标库不再匹配',
  },
  'log-bin-off': { en: 'the source writes no binary log (log_bin=OFF)', zh: '源库未开启 binlog（log_bin=OFF）' },
  'logs-none': { en: 'the source lists no binary log at all', zh: '源库没有任何 binlog 文件' },
  'logs-kept': { en: 'the source has {first} to {last}', zh: '源库现有 {first} 至 {last}' },
  'log-ends': { en: '{file} ends at {end}, before {offset}; {kept}', zh: '{file} 末尾为 {end}，早于 {offset}；{kept}' },
  'log-unnamed': { en: 'the source has no log named {file}; {kept}', zh: '源库没有名为 {file} 的 binlog；{kept}' },
  'log-gone': { en: '{file} is not there; {kept}', zh: '{file} 不存在；{kept}' },
  'gtids-purged': { en: 'the source has purged {gtids}', zh: '源库已清除 {gtids}' },
  'gtids-lacking': {
    en: 'the source lacks {gtids}, which was read before',
    zh: '源库缺少此前已读取的 {gtids}',
  },
  'gtid-mode': { en: 'the source has gtid_mode={mode}', zh: '源库 gtid_mode={mode}' },
  'no-boundary': {
    en: 'no transaction begins at {file}:{offset}; one does at {file}:{boundary}',
    zh: '{file}:{offset} 不是事务的起点；{file}:{boundary} 是',
  },
  'log-begun-later': {
    en: 'the oldest log, {file}, was begun after {time}',
    zh: '最早的 binlog {file} 创建于 {time} 之后',
  },
  'gtid-unknown': {
    en: 'the server knows no GTID position of {file}:{offset}',
    zh: '服务器查不到 {file}:{offset} 对应的 GTID',
  },
  'table-keyless-large': {
    en: '{table} has no key to tell its rows apart and holds more than {megabytes} MB',
    zh: '{table} 没有可区分各行的键，且数据超过 {megabytes} MB',
  },
  'error-not-open': {
    en: 'error {id} is not open any more; `otter errors show {id}` tells what became of it',
    zh: '错误 {id} 已不在待处理状态；`otter errors show {id}` 可查看处理结果',
  },
  'error-not-skippable': {
    en: 'error {id} ({code}) is not about one change that could be left out: {advice}',
    zh: '错误 {id}（{code}）不是可以单独跳过的变更：{advice}',
  },
  'error-not-replaceable': {
    en: 'error {id} ({code}) is not about a change of definition, so there is no statement to replace; `otter errors retry {id}` tries it again, `otter errors skip {id}` leaves it out',
    zh: '错误 {id}（{code}）与 DDL 无关，没有可替换的语句；`otter errors retry {id}` 重试，`otter errors skip {id}` 跳过',
  },
  'replace-while-copied': {
    en: '{table} is copied anew when it goes on; run the statement on the target, then `otter errors skip {id}`',
    zh: '{table} 恢复后将重新复制；请在目标库执行该语句，然后 `otter errors skip {id}`',
  },
  'table-being-copied': {
    en: '{table} is being copied ({state}); `otter copy list` shows it',
    zh: '{table} 正在复制（{state}）；`otter copy list` 可查看',
  },
  'copy-none': { en: 'no copy that matches is asked for or under way', zh: '没有匹配的复制请求或正在进行的复制' },
  ours: { en: "the manager's log says more", zh: '详见管理端日志' },
  'tables-incomparable': {
    en: '{source} cannot be compared with {target}: {problems}',
    zh: '{source} 无法与 {target} 比对：{problems}',
  },
  'target-lacks-column': { en: 'the target lacks the column "{column}"', zh: '目标表缺少列 "{column}"' },
  'columns-none-common': { en: 'no column is on both sides', zh: '两端没有共同的列' },
  'socket-failed': { en: 'the connection failed: {message}', zh: '连接失败：{message}' },
  'server-closed': { en: 'the server closed the connection', zh: '服务器关闭了连接' },
  'connection-closed': { en: 'the connection is closed', zh: '连接已关闭' },
  'closed-by-us': { en: 'the connection was closed by us', zh: '连接已由本端关闭' },
  'after-place': { en: '{detail} (after {place})', zh: '{detail}（位于 {place} 之后）' },

  // Why the manager does not do what was asked.
  'channel-numbered': { en: 'channel {id}', zh: '通道 {id}' },
  'pipeline-numbered': { en: 'pipeline {id}', zh: '管道 {id}' },
  'data-source-numbered': { en: 'data source {id}', zh: '数据源 {id}' },
  'user-numbered': { en: 'user {id}', zh: '用户 {id}' },
  'token-numbered': { en: 'token {id}', zh: '令牌 {id}' },
  'verification-numbered': { en: 'verification {id}', zh: '校验 {id}' },
  'channel-named': { en: 'channel "{name}"', zh: '通道“{name}”' },
  'channel-pipeline-named': { en: 'pipeline "{name}" of this channel', zh: '本通道的管道“{name}”' },
  'data-source-named': { en: 'data source "{name}"', zh: '数据源“{name}”' },
  'user-named': { en: 'user "{name}"', zh: '用户“{name}”' },
  'version-gone': { en: '{what} is no longer version {version}', zh: '{what} 已不是版本 {version}' },
  'name-exists': { en: '{what} exists already', zh: '{what}已存在' },
  'taken-meanwhile': { en: 'somebody else took it a moment ago', zh: '刚刚被他人占用' },
  'referred-changed': {
    en: 'an object it refers to changed a moment ago; try again',
    zh: '所引用的对象刚刚发生变更，请重试',
  },
  'change-at-once': { en: 'another change runs at the same time; try again', zh: '有另一项修改正在进行，请重试' },
  'data-source-used': { en: 'data source "{name}" is {uses}', zh: '数据源“{name}”是{uses}' },
  'used-as-source': {
    en: 'source of pipeline "{pipeline}" of channel "{channel}"',
    zh: '通道“{channel}”管道“{pipeline}”的源端',
  },
  'used-as-target': {
    en: 'target of pipeline "{pipeline}" of channel "{channel}"',
    zh: '通道“{channel}”管道“{pipeline}”的目标端',
  },
  'data-source-absent': {
    en: 'data source {id}, to be the {role}, does not exist',
    zh: '要作为{role}的数据源 {id} 不存在',
  },
  'role-source': { en: 'source', zh: '源端' },
  'role-target': { en: 'target', zh: '目标端' },
  'no-standby': { en: 'data source "{name}" has no standby', zh: '数据源“{name}”没有备库' },
  'channel-full': {
    en: 'channel "{name}" has {pipelines} pipelines, the most a channel may have; use another channel',
    zh: '通道“{name}”已有 {pipelines} 个管道，达到上限；请使用其他通道',
  },
  'channel-not-empty': {
    en: 'channel "{name}" has {pipelines} pipeline(s); delete them first',
    zh: '通道“{name}”还有 {pipelines} 个管道，请先删除',
  },
  'channel-empty': {
    en: 'channel "{name}" has no pipeline; create one first',
    zh: '通道“{name}”没有管道，请先创建',
  },
  'pipeline-without-mapping': {
    en: 'pipeline "{pipeline}" of channel "{channel}" has no mapping; say first which tables it keeps equal',
    zh: '通道“{channel}”的管道“{pipeline}”没有映射，请先指定要同步的表',
  },
  'pipeline-runs-move': {
    en: 'pipeline "{name}" runs; stop its channel before you change its source or target',
    zh: '管道“{name}”正在运行；请先停止其通道，再修改源端或目标端',
  },
  'pipeline-runs-mapping': {
    en: 'pipeline "{name}" runs; stop its channel before you take away its last mapping',
    zh: '管道“{name}”正在运行；请先停止其通道，再删除最后一条映射',
  },
  'pipeline-runs-delete': {
    en: 'pipeline "{name}" runs; stop its channel first',
    zh: '管道“{name}”正在运行，请先停止其通道',
  },
  'pipeline-runs-position': {
    en: 'pipeline "{name}" runs; stop its channel before its position is set',
    zh: '管道“{name}”正在运行；请先停止其通道，再设置位点',
  },
  'pipeline-stopping': { en: 'pipeline "{name}" is still stopping; wait for it', zh: '管道“{name}”正在停止，请稍候' },
  'pipeline-called': { en: 'the pipeline is called "{name}"', zh: '管道的名称是“{name}”' },
  'checkpoint-taken': {
    en: 'the checkpoint "{checkpoint}" belongs to pipeline "{pipeline}" of channel "{channel}"',
    zh: '位点名称“{checkpoint}”属于通道“{channel}”的管道“{pipeline}”',
  },
  'last-administrator': {
    en: '"{name}" is the last administrator who can sign in; make another one first',
    zh: '“{name}”是最后一个可登录的管理员，请先添加另一个管理员',
  },
  'grant-absent': { en: 'channel {id}, to be granted, does not exist', zh: '要授权的通道 {id} 不存在' },
  'token-owned': { en: 'you have a token "{name}" already', zh: '您已有名为“{name}”的令牌' },
  'tokens-full': { en: 'you have {tokens} tokens; delete one first', zh: '您已有 {tokens} 个令牌，请先删除一个' },
  'verification-runs': {
    en: 'verification {id} of this pipeline is under way',
    zh: '该管道的校验 {id} 正在进行',
  },
  'manager-ended-repair': {
    en: 'the manager ended during the repair; start it again',
    zh: '修复期间管理端退出，请重新开始修复',
  },
  'verification-not-done': {
    en: 'verification {id} is not done, or something of it is under way',
    zh: '校验 {id} 尚未完成，或其修复、撤销正在进行',
  },
  'sign-in-again': { en: 'sign in again', zh: '请核对用户名和密码' },
  'password-wrong': { en: 'the present password is wrong', zh: '当前密码不正确' },
  'wait-for-address': {
    en: 'wait {seconds} s before the next one from this address',
    zh: '来自该地址的登录请等待 {seconds} 秒后再试',
  },
  'wait-for-account': {
    en: 'wait {seconds} s before the next one for this account',
    zh: '该账号请等待 {seconds} 秒后再试',
  },
  'session-ended': { en: 'there is no session, or it has ended', zh: '没有会话，或会话已结束' },
  'token-unknown': { en: 'the token is unknown, revoked or has expired', zh: '令牌不存在、已吊销或已过期' },
  'token-cannot': { en: 'a token cannot do this; sign in', zh: '令牌不能执行此操作，请登录' },
  'token-lacks': { en: 'the token "{token}" lacks the scope "{scope}"', zh: '令牌“{token}”缺少权限范围“{scope}”' },
  'role-may-not': { en: 'the role {role} may not do this', zh: '角色 {role} 不能执行此操作' },
  'channel-not-granted': { en: 'channel {id} is not granted to you', zh: '您没有通道 {id} 的权限' },
  'table-named': { en: 'the table {table}', zh: '表 {table}' },

  // Alarms.
  'alarm-numbered': { en: 'alarm {id}', zh: '告警 {id}' },
  'alarm-rule-numbered': { en: 'alarm rule {id}', zh: '告警规则 {id}' },
  'receiver-numbered': { en: 'receiver {id}', zh: '接收方 {id}' },
  'alarm-rule-named': { en: 'alarm rule "{name}"', zh: '告警规则“{name}”' },
  'receiver-named': { en: 'receiver "{name}"', zh: '接收方“{name}”' },
  'receiver-used': {
    en: 'receiver "{name}" is told by the rules {rules}',
    zh: '接收方“{name}”正被以下规则使用：{rules}',
  },
  'receiver-without-url': { en: 'a receiver of type {type} needs a url', zh: '{type} 类型的接收方需要填写 url' },
  'alarm-cleared': { en: 'alarm {id} is no longer raised', zh: '告警 {id} 已恢复' },
  'object-absent': { en: 'there is no {what}', zh: '{what} 不存在' },
  'alarm-delay': {
    en: 'the target is {lag} s behind the source (limit {limit} s)',
    zh: '目标端落后源端 {lag} 秒（阈值 {limit} 秒）',
  },
  'alarm-table': { en: 'one table stopped: {tables}', zh: '1 张表停止同步：{tables}' },
  'alarm-tables': { en: '{count} tables stopped: {tables}', zh: '{count} 张表停止同步：{tables}' },
  'alarm-failed': {
    en: 'it failed with {code}: {why}; it is tried again by itself',
    zh: '管道失败（{code}）：{why}；系统会自动重试',
  },
  'alarm-no-report': { en: 'it should run and reports nothing', zh: '管道应处于运行状态，但没有任何上报' },
  'alarm-differ': { en: 'a verification found rows that differ in {tables}', zh: '校验发现数据不一致：{tables}' },
  'alarm-headline': { en: '[{severity}] {what}: {where}: {text}', zh: '【{severity}】{what}：{where}：{text}' },
  'alarm-raised': { en: 'raised', zh: '告警' },
  'alarm-repeated': { en: 'still raised', zh: '持续告警' },
  'alarm-over': { en: 'cleared', zh: '已恢复' },
  'severity-warning': { en: 'warning', zh: '警告' },
  'severity-critical': { en: 'critical', zh: '严重' },
  'alarm-rule-line': { en: 'rule: {name}', zh: '规则：{name}' },
  'alarm-since-line': { en: 'since: {at}', zh: '开始：{at}' },
  'alarm-cleared-line': { en: 'cleared: {at}', zh: '恢复：{at}' },
  'alarm-test': {
    en: 'a test message of Otter: alarms reach this receiver',
    zh: 'Otter 测试消息：该接收方可以收到告警',
  },
} as const satisfies Record<string, { en: string; zh: string }>;

/** What is looked at, in Chinese; a setting is called as the server calls it. */
const CHECKS_ZH: Readonly<Record<string, string>> = {
  ...{
    reachable: '连接',
    version: '版本',
    'log retention': 'binlog 保留时间',
    privileges: '权限',
    'full copy': '全量复制',
  },
  ...{ heartbeat: '心跳', 'control schema': '控制库', definitions: 'DDL 权限', triggers: '触发器', clock: '时钟' },
  ...{
    loop: '循环同步',
    tables: '同步范围',
    table: '表',
    columns: '列',
    'primary key': '主键',
    'unique keys': '唯一键',
  },
  ...{ collation: '排序规则', 'foreign keys': '外键', engine: '存储引擎' },
  ...{ identity: '服务器标识', defaults: '默认值', mapping: '映射' },
};

/** The name of a check in Chinese. */
export function checkInChinese(check: string): string {
  return CHECKS_ZH[check] ?? check;
}
