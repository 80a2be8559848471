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
  'conflict-kept': {
    en: '#{id} {table} {key}: written; the other side follows',
    zh: '#{id} {table} {key}：已写入，对端会随之同步',
  },
  'conflict-confirmed': {
    en: '#{id} {table} {key}: settled, the row stays as it is',
    zh: '#{id} {table} {key}：已结束，该行保持现状',
  },
  'conflict-choice': {
    en: '"{choice}" is no choice: source, target, or COLUMN=source, COLUMN=target',
    zh: '“{choice}” 不是有效的选择：应为 source、target，或 列名=source、列名=target',
  },
  'conflict-number': { en: '"{text}" is not the number of a conflict', zh: '“{text}” 不是冲突编号' },
  'conflicts-of-before': {
    en: 'the pipelines of this server were last run by an earlier version; start them once with this one',
    zh: '该服务器上的任务上次由旧版本运行，请先用当前版本启动一次',
  },
  'conflict-none': { en: 'this server holds no conflict {id}', zh: '该服务器上没有冲突 {id}' },
  'conflict-settled': { en: 'conflict {id} was settled by {by} at {at}', zh: '冲突 {id} 已由 {by} 于 {at} 处理' },
  'conflict-row-changed': {
    en: 'conflict {id}: the row of {table} has been changed since',
    zh: '冲突 {id}：{table} 中的该行此后又被修改',
  },
  'conflict-row-gone': {
    en: 'conflict {id}: the row of {table} is not there any more',
    zh: '冲突 {id}：{table} 中的该行已不存在',
  },
  'conflict-not-kept': {
    en: '{table} did not keep the row as it was written: a trigger or a foreign key made another of it',
    zh: '{table} 未按写入的内容保存该行：触发器或外键改变了它',
  },
  'conflict-unique-local': {
    en: 'conflict {id}: the row that was left out of {table} here stands at the other side; take it away there, or free the value here and keep what came in',
    zh: '冲突 {id}：此处未写入 {table} 的那一行在对端仍然存在；请在对端删除它，或先在此处腾出唯一值，再保留传入的行',
  },
  'conflict-children': {
    en: 'conflict {id}: rows of other tables hang on the row of {table}, and their foreign key would change them with it',
    zh: '冲突 {id}：其他表中有行通过外键依赖 {table} 的该行，写入会连带改变它们',
  },
  'conflict-merge-needs-rows': {
    en: 'conflict {id}: column by column needs a row of {table} on both sides, and one there now',
    zh: '冲突 {id}：逐列选择要求 {table} 中两端都有该行，且该行现在存在',
  },
  'conflict-merge-column': {
    en: 'conflict {id}: {table} has no column "{column}" that both rows hold and that is no part of the key',
    zh: '冲突 {id}：{table} 中没有两端都记录了的非主键列 “{column}”',
  },
  'image-cut': {
    en: 'the row is recorded up to 200,000 characters only',
    zh: '该行过长，记录中只保留了前 200000 个字符',
  },
  'image-column-unknown': { en: 'the table has no column "{column}" any more', zh: '该表已没有列 “{column}”' },
  'image-value-unreadable': {
    en: 'the value of column "{column}" is recorded in a way this table cannot hold',
    zh: '列 “{column}” 的值无法按记录写入该表',
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
  'mark-filtered': {
    en: '{setting} keeps {schema} out of the log, and with it the marks that tell which rows Otter has written: whoever reads this log takes them for rows of its own and sends them back.',
    zh: '{setting} 使 {schema} 不写入 binlog，其中的同步标记也随之丢失：读取该 binlog 的任务无法识别由 Otter 写入的行，会将其回传形成回环。',
  },
  'probe-unmarked': {
    en: 'commits of {pipeline} are not recognised in the log of {server}, which was read up to {file}:{offset}',
    zh: '在 {server} 的 binlog（已读至 {file}:{offset}）中识别不到任务 {pipeline} 的提交',
  },
  'probe-silent': {
    en: '{server} says its log ends at {file}:{offset}, and reading it from there does not get that far',
    zh: '{server} 声称其 binlog 末尾为 {file}:{offset}，但从该地址读取日志始终到不了此处',
  },
  'mark-lost': {
    en: 'the log of {server}, read up to {file}:{offset}, does not hold the mark of the last commit of {pipeline}: the rows of that commit cannot be told from rows written there',
    zh: '{server} 的 binlog（已读至 {file}:{offset}）中没有任务 {pipeline} 最近一次提交的标记，无法区分该提交写入的行与当地写入的行',
  },
  'came-round': {
    en: 'the transaction that ends at {file}:{offset} of the source has been at it before: pipeline {pipeline} brought it back by way of {via}',
    zh: '源库 {file}:{offset} 处的事务此前已到过该源库，由任务 {pipeline} 经 {via} 带回',
  },
  'ask-unmatched': {
    en: 'No table that is kept equal matches {pattern}: nobody would ever be asked.',
    zh: '没有任何同步的表与 {pattern} 匹配，不会有冲突需要人工处理。',
  },
  'two-way-only': {
    en: '--{option} only makes sense with --two-way',
    zh: '--{option} 只能与 --two-way 一起使用',
  },
  'rule-table-none': {
    en: 'No table of this pair matches the conflict rule for {pattern}.',
    zh: '没有表匹配冲突规则 {pattern}。',
  },
  'rule-column-none': {
    en: '{table} has no column "{column}", which its conflict rule names',
    zh: '表 {table} 的冲突规则所指定的列 "{column}" 不存在',
  },
  'rule-column-key': {
    en: '"{column}" is part of a key of {table}: a sum could take the value of another row, and a key of a row does not change. Name another column.',
    zh: '"{column}" 是表 {table} 的键列：累加结果可能与其他行冲突，且同一行的主键不会变化。请指定其他列。',
  },
  'rule-column-generated': {
    en: '"{column}" of {table} is generated: the server works it out from other columns. Name one of those.',
    zh: '表 {table} 的列 "{column}" 是生成列，由服务器根据其他列计算得出。请指定其来源列。',
  },
  'rule-greatest-type': {
    en: '"{column}" of {table} is {type}; which of two changes is greater is told by whole numbers, DATE, DATETIME and TIMESTAMP alone.',
    zh: '表 {table} 的列 "{column}" 类型为 {type}；greatest 规则只支持整数、DATE、DATETIME 和 TIMESTAMP。',
  },
  'rule-counter-type': {
    en: '"{column}" of {table} is {type}; only whole numbers and DECIMAL can be added up exactly.',
    zh: '表 {table} 的列 "{column}" 类型为 {type}；只有整数和 DECIMAL 才能精确累加。',
  },
  'rule-counter-null': {
    en: '"{column}" of {table} may be NULL, to which nothing can be added. Make it NOT NULL on both sides.',
    zh: '表 {table} 的列 "{column}" 允许 NULL，而 NULL 无法累加。请在两端将其改为 NOT NULL。',
  },
  'rule-counter-unsigned': {
    en: '"{column}" of {table} is unsigned: what both sides take away at once may together be more than there is, and then the direction stops. Unless it only grows, give it a sign on both sides.',
    zh: '表 {table} 的列 "{column}" 是无符号类型：两端同时扣减的总量可能超过现有值，届时该方向会停止。除非该列只增不减，请在两端改为有符号类型。',
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
  'position-of-a-pair': {
    en: 'pipeline {pipeline} is one direction of two; its checkpoint says as well what each side had seen of the other, which no position tells. Begin both anew with --restart',
    zh: '任务 {pipeline} 是双向同步中的一个方向；其位点还记录了两端各自已见的对端日志，无法只改位点。请用 --restart 让两个方向重新开始',
  },
  // The servers.
  'version-known': { en: 'It runs {version}.', zh: '版本为 {version}。' },
  'version-old': {
    en: 'It runs {version}, older than what is tested (MySQL 5.6, MariaDB 10.5).',
    zh: '版本为 {version}，低于经过测试的最低版本（MySQL 5.6、MariaDB 10.5）。',
  },
  'log-on': { en: 'The binary log is on.', zh: 'binlog 已开启。' },
  'log-off': { en: 'The binary log is off.', zh: 'binlog 未开启。' },
  'log-filtered': {
    en: '{setting} keeps {schemas} out of the log: what changes there would never arrive.',
    zh: '{setting} 使 {schemas} 不写入 binlog，其中的变更永远不会同步。',
  },
  'fix-log-do': {
    en: "Add the schema to binlog_do_db in the server's configuration, or take the option out; then restart the server.",
    zh: '请在服务器配置中将该库加入 binlog_do_db，或去掉该选项，然后重启服务器。',
  },
  'fix-log-ignore': {
    en: "Take the schema out of binlog_ignore_db in the server's configuration; then restart the server.",
    zh: '请在服务器配置中将该库从 binlog_ignore_db 中去掉，然后重启服务器。',
  },
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
    en: 'The pipeline "{pipeline}" writes into this source and reads from this target: nobody would decide between changes of both sides. Keep both equal by one `otter sync --two-way`.',
    zh: '管道 "{pipeline}" 正从该目标库读取并写入该源库，两端对同一行的修改将无人裁决。请改用一个 `otter sync --two-way` 双向同步。',
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
  'pipeline-has-no-mapping': {
    en: 'pipeline "{name}" has no mapping; say first which tables it keeps equal',
    zh: '管道“{name}”没有映射，请先指定要同步的表',
  },
  'pipeline-follows': {
    en: 'pipeline "{name}" is the way back of "{leading}" and goes with it: change or delete that one',
    zh: '管道“{name}”是“{leading}”的反向管道，随其变更；请修改或删除后者',
  },
  'conflict-numbered': { en: 'conflict {id} of this pipeline', zh: '本管道的冲突 {id}' },
  'verdict-one': {
    en: 'say either which side to keep, or columns with the side of each',
    zh: '请指定保留哪一侧，或逐列指定',
  },
  // Pairs of pipelines, each of which brings back what the other one's target writes.
  'form-conflict-rule': {
    en: 'write TABLE:RULE, for example shop.stock:counter(qty)',
    zh: '格式为 表:规则，例如 shop.stock:counter(qty)',
  },
  'pair-one-server': {
    en: 'both sides of a pair are the same data source; rows would be brought to where they are',
    zh: '双向同步的两端是同一个数据源，请选择两个不同的数据源',
  },
  'pair-name-long': {
    en: 'the name of a pair has {limit} characters at most: "{end}" is added to it',
    zh: '双向同步的名称最多 {limit} 个字符：反向管道的名称会加上“{end}”',
  },
  'pair-renames': {
    en: 'both ways "{table}" has the same name on both sides; leave out its target',
    zh: '双向同步时两端表名必须相同：请去掉“{table}”的目标名',
  },
  'pair-columns': {
    en: 'both ways all columns of "{table}" travel under their own names; leave out its columns',
    zh: '双向同步时所有列以原名同步：请去掉“{table}”的列设置',
  },
  'pair-apply': {
    en: 'apply: row does not go both ways: conflicts are decided within source transactions',
    zh: '双向同步不支持 apply: row：冲突在源端事务内判定',
  },
  'pair-mode': {
    en: 'mode: full does not go both ways: a copy alone has one direction',
    zh: '双向同步不支持 mode: full：单独的全量复制只有一个方向',
  },
  'pair-marks': {
    en: 'otter-marks with a channel of the original does not go both ways: it has one direction left; shield goes with both',
    zh: '双向同步不支持带原版 channel 的 otter-marks：那样只剩一个方向；shield 可用于双向',
  },
  'pair-start': {
    en: 'both directions begin at one moment, now; leave out the start',
    zh: '双向同步的两个方向同时从当前位点开始；请去掉 start',
  },
  'pair-servers-fixed': {
    en: 'the servers of a pair cannot change: each checkpoint speaks of both logs; delete the pair and create another',
    zh: '双向同步的数据源不可更换：每个位点都记录了两端的日志；请删除后另行创建',
  },
  'pair-fixed': {
    en: 'whether it goes both ways, and which change stays, cannot change: the two sides would decide differently meanwhile; delete it and create another',
    zh: '是否双向以及冲突策略不可修改，否则切换期间两端的判定会不一致；请删除后另行创建',
  },
  'pair-made': {
    en: 'what is written to {target} is brought back to {source} by a second pipeline, which starts and ends with it',
    zh: '另建一个反向管道，把 {target} 上的写入同步回 {source}，与本管道一起创建和删除',
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

  // What a change of the configuration does, and why it cannot be done now.
  'configuration-moved': {
    en: 'the configuration is no longer what the plan was made on',
    zh: '配置已变更，与生成变更计划时不同',
  },
  'name-gone': { en: '"{name}" is no longer there', zh: '“{name}”已不存在' },
  'documents-blocked': { en: '{kind} "{name}": {why}', zh: '{kind}“{name}”：{why}' },
  'start-by-hand': {
    en: 'it does not start by itself: start its channel',
    zh: '不会自动启动，请启动其所属通道',
  },
  'password-reference-empty': {
    en: 'its password is not given: "{reference}" holds nothing here',
    zh: '未提供密码：“{reference}”在此处没有内容',
  },
  'user-without-password': { en: 'a user who may sign in needs a password', zh: '可登录的用户必须有密码' },
  'url-none': { en: 'it has no url', zh: '未填写 url' },
  'url-reference-empty': {
    en: 'its url is not given: "{reference}" holds nothing here',
    zh: '未提供 url：“{reference}”在此处没有内容',
  },
  'tables-listed': { en: 'tables {tables}', zh: '表 {tables}' },
  'tables-listed-none': { en: 'no tables', zh: '没有任何表' },
  'pipelines-listed': { en: 'pipeline {pipelines}', zh: '管道 {pipelines}' },
  'tables-released': {
    en: '{tables} are no longer kept equal; rows and checkpoint "{checkpoint}" stay on the target',
    zh: '{tables}不再同步；已写入的行和位点“{checkpoint}”保留在目标库',
  },
  'rule-off': {
    en: 'it is off: what it raised is cleared, and nothing of it is told',
    zh: '规则已停用：已触发的告警将恢复，不再发送通知',
  },
  'checkpoint-name-fixed': {
    en: 'its checkpointName cannot change; delete it and create another',
    zh: 'checkpointName 不可修改；请删除该管道后另行创建',
  },
  'target-changes': {
    en: 'target changes: {start} there; rows on "{before}" stay, and are no longer kept equal',
    zh: '目标端变更：在新的目标端，{start}；“{before}”上已写入的行保留，但不再同步',
  },
  'source-changes': {
    en: 'source changes: it goes on by GTID if the new server has what was read last, else it stops with SOURCE_CHANGED, LOG_PURGED or LOG_AHEAD',
    zh: '源端变更：若新服务器包含上次读到的内容，则按 GTID 继续；否则停止并报 SOURCE_CHANGED、LOG_PURGED 或 LOG_AHEAD',
  },
  'pipelines-target-changes': {
    en: '{pipelines}: target changes; where the new server has its checkpoint it goes on from there, else it starts as for the first time; rows on the old server stay',
    zh: '{pipelines}：目标端变更；新服务器上有其位点时从该位点继续，否则按首次启动处理；旧服务器上的行保留',
  },
  'table-joins': {
    en: '{table} joins: tables it names that were not in the pipeline are copied, the others go on',
    zh: '加入 {table}：其中原先不在管道内的表将全量复制，其他表继续同步',
  },
  'table-joins-incremental': {
    en: '{table} joins: its changes from the checkpoint on; older rows are not copied (mode incremental)',
    zh: '加入 {table}：同步位点之后的变更，不复制已有的行（mode 为 incremental）',
  },
  'own-name': { en: 'its own name', zh: '同名表' },
  'table-moves': {
    en: '{table} goes to {target} instead of {before}: rows written before stay where they are and are not copied; copy the table again',
    zh: '{table} 的目标由{before}改为{target}：此前写入的行留在原处，不会复制过去；请重新复制该表',
  },
  'table-columns-change': {
    en: '{table}: other columns travel from now on; rows written before keep what they have until the table is copied again',
    zh: '{table}：同步的列从现在起变更；此前写入的行在重新复制该表之前保持不变',
  },
  'table-leaves': {
    en: '{table} leaves the pipeline: its rows on the target stay, and are no longer kept equal',
    zh: '{table} 移出管道：目标库中的行保留，但不再同步',
  },
  'control-schema-changes': {
    en: '{pipelines}: the checkpoint is looked for in another schema; where there is none it starts as for the first time',
    zh: '{pipelines}：将到另一个库中查找位点；没有位点时按首次启动处理',
  },
  'start-and-mode-matter': {
    en: 'start and mode matter only where no checkpoint is stored, and for tables that join',
    zh: 'start 和 mode 仅在没有位点时、以及对新加入的表有效',
  },
  'apply-changes': {
    en: 'apply changes: stop cleanly first; after a crash the run before must be finished as it began',
    zh: 'apply 变更：请先正常停止；若为异常退出，须按原先的 apply 方式完成上一次运行',
  },
  'start-known': {
    en: 'where the target knows the checkpoint "{checkpoint}" it goes on from there, else {start}',
    zh: '目标库中有位点“{checkpoint}”时从该位点继续，否则{start}',
  },
  'start-log-only': {
    en: 'the log is followed from {start} on, and no row is copied',
    zh: '从 {start} 起跟随 binlog，不复制任何行',
  },
  'start-copy-if-empty': {
    en: '{tables} are copied at the first start if all of their target tables are empty, and the log is followed',
    zh: '首次启动时，若目标表全部为空则全量复制{tables}，并跟随 binlog',
  },
  'start-copy': {
    en: '{tables} are copied in full at the first start',
    zh: '首次启动时全量复制{tables}',
  },
  'runs-so': { en: 'it runs; {advice}', zh: '正在运行；{advice}' },
  'stop-before-delete': { en: 'stop its channel before it is deleted', zh: '请先停止其所属通道，再删除' },
  'stop-before-ends': {
    en: 'stop its channel before its source or target changes',
    zh: '请先停止其所属通道，再修改源端或目标端',
  },
  'stop-before-last-table': {
    en: 'stop its channel before its last table leaves',
    zh: '请先停止其所属通道，再移出最后一张表',
  },
  'still-stopping': { en: 'it is still stopping; wait for it', zh: '正在停止，请稍候' },
  'pipelines-restart': {
    en: '{pipelines} runs: it finishes what is under way and restarts, without losing or repeating a row',
    zh: '{pipelines} 正在运行：处理完进行中的事务后重启，不丢失也不重复任何一行',
  },

  // What is wrong with a field of a request.
  'field-missing': { en: 'it is missing', zh: '必填' },
  'field-type': { en: '{type} is expected', zh: '应为{type}' },
  'type-text': { en: 'a text', zh: '文本' },
  'type-number': { en: 'a number', zh: '数字' },
  'type-whole-number': { en: 'a whole number', zh: '整数' },
  'type-boolean': { en: 'true or false', zh: 'true 或 false' },
  'type-list': { en: 'a list', zh: '列表' },
  'type-fields': { en: 'an object with fields', zh: '含字段的对象' },
  'field-characters-min': { en: 'at least {limit} characters', zh: '至少 {limit} 个字符' },
  'field-characters-max': { en: 'at most {limit} characters', zh: '最多 {limit} 个字符' },
  'field-items-min': { en: 'at least {limit} of them', zh: '至少 {limit} 项' },
  'field-items-max': { en: 'at most {limit} of them', zh: '最多 {limit} 项' },
  'field-number-min': { en: 'at least {limit}', zh: '不小于 {limit}' },
  'field-number-max': { en: 'at most {limit}', zh: '不大于 {limit}' },
  'field-choice': { en: 'one of {values}', zh: '可选值：{values}' },
  'field-literal': { en: 'only {values}', zh: '只能是 {values}' },
  'field-unknown': { en: 'there is no field {names}', zh: '没有字段 {names}' },
  'field-unreadable': { en: 'it cannot be read', zh: '无法识别' },
  'name-length': { en: 'a name has at most {limit} characters', zh: '名称最多 {limit} 个字符' },
  'name-form': {
    en: 'a name begins with a letter or digit, then letters, digits, spaces and . _ : ( ) + # @ -',
    zh: '名称以字母、汉字或数字开头，其后可含字母、汉字、数字、空格及 . _ : ( ) + # @ -',
  },
  'text-control-characters': { en: 'a text holds no control characters', zh: '文本不能含控制字符' },
  'no-control-characters': { en: 'no control characters', zh: '不能含控制字符' },
  'form-url': { en: 'an http:// or https:// URL', zh: '应为 http:// 或 https:// 开头的 URL' },
  'host-forbidden': { en: 'nothing is sent to a link-local address', zh: '不向链路本地地址发送' },
  'form-mail-address': { en: 'an e-mail address', zh: '应为邮箱地址' },
  'form-host': { en: 'a host name or an IP address', zh: '应为主机名或 IP 地址' },
  'form-header': { en: 'the name of a header', zh: '应为 HTTP 头的名称' },
  'header-reserved': { en: 'this header has a meaning of its own', zh: '该 HTTP 头有固定含义，不可使用' },
  'receiver-fields': {
    en: 'email needs mail and no url or header; the other types have no mail',
    zh: 'email 类型须填写 mail，不能填写 url 和 HTTP 头；其他类型不能填写 mail',
  },
  'form-pem': { en: 'PEM text', zh: '应为 PEM 格式的文本' },
  'authority-needed': {
    en: 'to verify the certificate, the authority (tls.ca) is needed',
    zh: '校验证书需要提供 CA 证书（tls.ca）',
  },
  'form-checkpoint-name': {
    en: 'up to 64 letters, digits, dots, dashes and underscores',
    zh: '最多 64 个字母、数字、点、短横线和下划线',
  },
  'form-schema-name': { en: 'up to 64 letters, digits, underscores', zh: '最多 64 个字母、数字、下划线' },
  'channel-twice': { en: 'a channel is named twice', zh: '通道重复' },
  'scope-twice': { en: 'a scope is named twice', zh: '权限范围重复' },
  'receiver-twice': { en: 'a receiver is named twice', zh: '接收方重复' },
  'rule-for-both': {
    en: 'a rule is for a channel or for a pipeline, not for both',
    zh: '一条规则只能针对通道或管道之一',
  },
  'form-size': { en: 'write a size as 512K, 64M or 2G', zh: '大小应写作 512K、64M 或 2G' },
  'form-ddl': {
    en: 'write apply, ignore or stop, for all or by kind: apply,drop=stop',
    zh: '应为 apply、ignore 或 stop，可统一指定或按类型指定，例如 apply,drop=stop',
  },
  'form-otter-marks': {
    en: 'write off, shield, the number of a channel, or NUMBER:INFO',
    zh: '应为 off、shield、通道编号，或“编号:标记信息”',
  },
  'form-start': {
    en: 'write now, earliest, gtid:SET, binlog:FILE:POS or time:ISO',
    zh: '应为 now、earliest、gtid:SET、binlog:FILE:POS 或 time:ISO',
  },
  'form-number': { en: 'a number is expected', zh: '应为数字' },
  'form-table': { en: 'schema.table', zh: '应为 schema.table 形式' },
  'form-fingerprint': { en: 'the fingerprint of a plan', zh: '应为变更计划的 fingerprint' },
  'form-variable': { en: 'the name of an environment variable', zh: '应为环境变量名' },
  'pipeline-needs-channel': { en: 'a pipeline is named with its channel', zh: '指定管道时须同时指定其通道' },
  'document-twice': { en: '{kind} {name} stands twice', zh: '{kind} {name} 重复出现' },
  'document-numbered': { en: 'document {number}', zh: '第 {number} 个文档' },
  'document-refers': {
    en: '{kind} "{name}" names the {part} "{other}", which neither a document nor the manager has',
    zh: '{kind}“{name}”引用的 {part}“{other}”在文档和管理端中都不存在',
  },
  'range-before': { en: 'from: it has to be before to', zh: 'from 必须早于 to' },

  // What is wrong with a mapping.
  'pattern-several': {
    en: 'one pattern is expected; put a comma in parentheses',
    zh: '只能填写一个匹配模式；名称中的逗号请放在括号内',
  },
  'pattern-colon': { en: 'put a name with a colon in backquotes', zh: '含冒号的名称请用反引号括起' },
  'pattern-spaces': { en: 'no spaces around it', zh: '首尾不能有空格' },
  'mapping-twice': {
    en: '"{source}" is mapped already by number {number}; one source goes to one target in a pipeline',
    zh: '“{source}”已由第 {number} 条映射；同一管道中一个源只能对应一个目标',
  },
  'columns-all-named': { en: 'with mode "all" no column is named', zh: 'mode 为 all 时不能指定列' },
  'columns-none-named': {
    en: 'with mode "{mode}" at least one column is named',
    zh: 'mode 为 {mode} 时至少指定一列',
  },
  'column-twice': { en: 'a column is named twice', zh: '列重复' },
  'column-renamed-twice': { en: 'a column is renamed twice', zh: '同一列重命名了两次' },
  'column-receives-two': {
    en: 'a column of the target would receive two columns',
    zh: '目标表的一列会对应两个源列',
  },
  'column-renamed-stays': {
    en: '"{column}" is renamed but does not travel',
    zh: '列“{column}”已重命名，但不在同步范围内',
  },
  'column-keeps-name': { en: 'at least one column keeps its name', zh: '至少有一列须保留原名' },
  'pattern-empty': { en: 'a name is empty', zh: '名称为空' },
  'pattern-mixed': {
    en: '"{text}" mixes a range with an expression; write [0123456789] or \\d',
    zh: '"{text}" 混用了范围和正则表达式；请写 [0123456789] 或 \\d',
  },
  'pattern-range': {
    en: 'the range "{text}" is empty or longer than {limit}',
    zh: '范围 "{text}" 为空或超过 {limit} 个',
  },
  'pattern-expression': {
    en: '"{text}" is not a regular expression: {reason}',
    zh: '"{text}" 不是有效的正则表达式：{reason}',
  },
  'range-no-counterpart': {
    en: '"{name}" of "{source}" has no counterpart in "{target}": both ranges need the same length',
    zh: '"{source}" 中的 "{name}" 在 "{target}" 中没有对应项：两个范围的长度须相同',
  },
  'ranges-unequal': {
    en: '"{target}" has {count} names, "{source}" has {found}',
    zh: '"{target}" 有 {count} 个名称，"{source}" {found}',
  },
  'names-counted': { en: '{count} names', zh: '有 {count} 个名称' },
  'range-none': { en: 'no range', zh: '不是范围' },
  'pattern-no-table': {
    en: '"{text}" is not schema.table; put a part that holds a dot in parentheses or backquotes',
    zh: '"{text}" 不是 schema.table 形式；含点的部分请放在括号或反引号内',
  },
  'pattern-escaped-dot': {
    en: '"{text}": the dot between schema and table is written without a backslash',
    zh: '"{text}"：库名与表名之间的点不加反斜线',
  },
  'pattern-backquotes': { en: '"{text}" is not one name in backquotes', zh: '"{text}" 不是一个反引号括起的名称' },

  // What the manager says of a request before it looks at what is asked.
  'key-form': {
    en: 'an Idempotency-Key has 1 to 128 visible ASCII characters',
    zh: 'Idempotency-Key 应为 1 至 128 个可见 ASCII 字符',
  },
  'key-other-request': { en: 'it was sent before with another request', zh: '此前已用于另一个请求' },
  'key-running': { en: 'the request it belongs to is still running', zh: '其对应的请求仍在执行' },
  'path-unknown': { en: '{method} of this path', zh: '此路径的 {method}' },
  'version-header-missing': { en: 'the header If-Match is missing', zh: '缺少 If-Match 请求头' },
  'version-header-unreadable': { en: 'If-Match is no ETag of ours', zh: 'If-Match 不是本系统给出的 ETag' },
  'live-full': { en: '{limit} live connections are open already', zh: '已有 {limit} 个实时连接' },
  'node-named': { en: 'node "{name}"', zh: '节点“{name}”' },
  'cookie-header': {
    en: 'a request that is believed for its cookie carries the header {header}: 1',
    zh: '凭 cookie 认证的请求须带请求头 {header}: 1',
  },
  'origin-other': { en: 'the request comes from a page of another origin', zh: '请求来自其他来源的页面' },
  'user-documents-need': {
    en: 'documents of users need an administrator, and a token the scope "administer"',
    zh: '用户文档须由管理员提交；使用令牌时须有权限范围“administer”',
  },
  'pipeline-ends-need': {
    en: 'source and target of a pipeline are changed by administrators',
    zh: '管道的源端和目标端只能由管理员修改',
  },
  'secrets-sealed-otherwise': {
    en: 'its secrets were sealed with another secret key',
    zh: '其中的密码由另一个密钥加密',
  },
  'store-too-old': {
    en: 'no manager of this version has been started on it yet',
    zh: '尚未用本版本的管理端启动过该存储',
  },

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
  'alarm-echoes': {
    en: 'transactions came back that this side had sent: {count}; they were left out, but something beside Otter carries rows',
    zh: '本端发出的事务又被送回：{count} 个；已被识别并丢弃，但除 Otter 外还有其他途径在搬运数据',
  },
  'alarm-conflicts': { en: 'conflicts wait for a decision: {count}', zh: '有 {count} 个冲突等待人工裁决' },
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
  // Events of the log.
  told: { en: '{text}', zh: '{text}' },
  note: { en: '{what}{facts}', zh: '{what}{facts}' },
  'pipeline-stopped': { en: 'stopped', zh: '已停止' },
  'pipeline-starting': { en: 'starting', zh: '正在启动' },
  'pipeline-running-now': { en: 'running', zh: '运行中' },
  'pipeline-restarting': { en: 'restarting to apply a changed configuration', zh: '配置已变更，正在重启' },
  'pipeline-ending': { en: 'stopping', zh: '正在停止' },
  'ended-without-reason': { en: 'it ended without a reason', zh: '意外退出，原因未知' },
  'not-started-yet': { en: 'not started yet, will try again: {detail}', zh: '尚未启动，将重试：{detail}' },
  'commit-left': {
    en: 'the commit in flight did not end within {seconds} s of the wish to stop; it was left, nothing is lost',
    zh: '停止后 {seconds} 秒内进行中的提交仍未结束，已放弃等待；没有数据丢失',
  },
  'events-lost': { en: '{count} more events came too fast to be written', zh: '另有 {count} 条事件因过于密集未能写入' },
  'verification-failed': { en: 'a verification failed: {why}', zh: '校验失败：{why}' },
  'verification-equal': { en: 'verification {id} found no difference', zh: '校验 {id} 未发现差异' },
  'verification-differs': {
    en: 'verification {id} found {count} rows that differ',
    zh: '校验 {id} 发现 {count} 行不一致',
  },
  'alarm-raised-event': { en: 'alarm "{rule}" raised: {text}', zh: '告警“{rule}”触发：{text}' },
  'alarm-more-event': { en: 'alarm "{rule}" has more: {tables}', zh: '告警“{rule}”涉及更多表：{tables}' },
  'alarm-cleared-event': { en: 'alarm "{rule}" cleared: {text}', zh: '告警“{rule}”恢复：{text}' },
  'alarm-undelivered': {
    en: 'alarm {id} did not reach receiver "{name}", and is tried again: {answer}',
    zh: '告警 {id} 未能送达接收方“{name}”，将重试：{answer}',
  },
  'alarm-given-up': {
    en: 'alarm {id} did not reach receiver "{name}", and was given up: {answer}',
    zh: '告警 {id} 未能送达接收方“{name}”，已放弃：{answer}',
  },
  // Why a statement of DDL is not repeated, or a table not created: parts of a sentence.
  'several-sources': {
    en: 'several source tables go into the same target table',
    zh: '多张源表写入同一张目标表',
  },
  'rename-across': {
    en: 'it moves a table into or out of the tables that are kept equal',
    zh: '该语句将表移入或移出同步范围',
  },
  'rename-of-tool': {
    en: "{reason}: the last step of {tool}, of which the beginning was not seen. Have the tool's ALTER TABLE run on the target instead by `otter errors replace`, then compare by `otter verify`",
    zh: '{reason}：这是 {tool} 的最后一步，而其开头未读到。请用 `otter errors replace` 改为在目标库执行该工具的 ALTER TABLE，然后用 `otter verify` 比对',
  },
  'swap-unrepeatable': {
    en: 'the last step of {tool}, which cannot be repeated here: {problem}. Have {what} run for {table} by `otter errors replace`, then compare by `otter verify`',
    zh: '{tool} 的最后一步，无法在此重复执行：{problem}。请用 `otter errors replace` 对 {table} 执行{what}，然后用 `otter verify` 比对',
  },
  'alter-of-tool': { en: "the tool's ALTER TABLE", zh: '该工具的 ALTER TABLE' },
  'alter-shown': { en: 'its ALTER TABLE ({sql})', zh: '其 ALTER TABLE（{sql}）' },
  'reason-with-alter': { en: "{reason}; the tool's ALTER TABLE: {sql}", zh: '{reason}；该工具的 ALTER TABLE：{sql}' },
  'alter-not-understood': { en: "the tool's ALTER TABLE is not understood", zh: '无法解析该工具的 ALTER TABLE' },
  'alter-concerns-nothing': { en: 'nothing of it concerns the target', zh: '其中没有与目标库相关的内容' },
  'columns-mapped': { en: 'columns of the table are renamed or left out', zh: '该表有列被重命名或排除' },
  'model-outside': {
    en: 'it is made like {table}, which is not among the tables',
    zh: '按 {table} 的结构创建，而该表不在同步范围内',
  },
  'rows-between-mapped': {
    en: 'it moves rows between tables whose columns are mapped',
    zh: '在列有映射的表之间移动数据',
  },
  'column-name-unreadable': { en: 'a column name cannot be read', zh: '无法解析列名' },
  'index-over-expression': { en: 'an index over an expression', zh: '索引建立在表达式上' },
  'column-mapped': {
    en: 'the column {column} is renamed or left out by the mapping',
    zh: '映射重命名或排除了列 {column}',
  },
  'ghost-before': { en: 'it began before the log was read', zh: '在开始读取 binlog 之前已启动' },
  'ghost-copy-changed': {
    en: 'the copy was changed by another statement than its ALTER TABLE',
    zh: '临时表被 ALTER TABLE 以外的语句改动',
  },
  'ghost-made-anew': {
    en: 'it was made anew while gh-ost had the table away',
    zh: 'gh-ost 移走该表期间又新建了同名表',
  },
  'ghost-rows-moved': { en: 'rows were moved into it by another statement', zh: '其他语句向其中移入了数据' },
  'ghost-base-altered': { en: 'the table itself was altered meanwhile', zh: '期间原表被修改' },
  'ghost-altered-twice': { en: 'the copy was altered more than once', zh: '临时表被多次修改' },
  'ghost-name-taken': {
    en: 'another table took its name while gh-ost had it away',
    zh: 'gh-ost 移走该表期间其他表占用了它的名称',
  },
  'ghost-renamed': { en: 'the table was renamed to {name}', zh: '该表被重命名为 {name}' },
  'ghost-triggers-unseen': { en: 'its triggers were not seen', zh: '未读到其触发器' },
  'ghost-alter-unseen': { en: 'its ALTER TABLE was not seen', zh: '未读到其 ALTER TABLE' },
  'column-dropped-added': {
    en: 'it drops and adds the column {column}, whose values the tool has carried over',
    zh: '删除又添加了列 {column}，而该工具保留了原值',
  },
  'has-foreign-key': { en: 'it has the foreign key {key}', zh: '该表有外键 {key}' },
  'column-is-type': { en: 'column {column} is {type}', zh: '列 {column} 为 {type}' },
  'key-holds': { en: 'the unique key {key} holds {part}', zh: '唯一键 {key} 包含{part}' },
  'an-expression': { en: 'an expression', zh: '表达式' },
  'clause-unrepeatable': {
    en: 'a clause of it is not known to be repeatable',
    zh: '其中有子句无法确定可重复执行',
  },
  'word-unrepeatable': { en: '{word} is not known to be repeatable', zh: '{word} 无法确定可重复执行' },
  'clause-not-understood': { en: 'a clause of it is not understood', zh: '其中有子句无法解析' },
  'renames-a-column': { en: 'it renames a column', zh: '重命名了列' },
  'renames-column': { en: 'it renames the column {column}', zh: '重命名了列 {column}' },
  'clashing-rows-left-out': {
    en: 'the tool leaves out rows that clash with what ADD {word} adds',
    zh: '该工具会丢弃与 ADD {word} 冲突的行',
  },
  'columns-in-brackets': { en: 'it adds several columns in brackets', zh: '在括号中添加多列' },
  'new-column-valued': {
    en: 'the new column {column} is given values ({word})',
    zh: '新列 {column} 会被赋值（{word}）',
  },
  'new-column-inconstant': {
    en: 'the default of the new column {column} is no constant',
    zh: '新列 {column} 的默认值不是常量',
  },
  'new-column-default-unsaid': {
    en: 'the default of the new column {column} is not said',
    zh: '新列 {column} 未指定默认值',
  },
  'new-column-not-null': {
    en: 'the new column {column} is NOT NULL without a default',
    zh: '新列 {column} 为 NOT NULL 且没有默认值',
  },
  'column-becomes': {
    en: 'what {column} becomes of it ({type}) may not be what the tool made of it',
    zh: '列 {column} 转换为 {type} 的结果可能与该工具的结果不同',
  },
  'changed-column-valued': {
    en: 'the changed column {column} is given values ({word})',
    zh: '修改的列 {column} 会被赋值（{word}）',
  },
  'and-more': { en: '{what} (and {more} more)', zh: '{what}（另有 {more} 项）' },
  'stopped-before-created': { en: 'stopped before {table} was created', zh: '在创建 {table} 之前已停止' },
  'schema-named': { en: 'the schema {schema}', zh: '库 {schema}' },
  'created-otherwise': {
    en: '{table} was created, but not as asked, and left as it is: {problem}',
    zh: '{table} 已创建，但与要求不符，已保持原样：{problem}',
  },
  'unique-keys-differ': {
    en: 'it has {found} unique keys, and {asked} were asked for',
    zh: '有 {found} 个唯一键，要求 {asked} 个',
  },
  'column-made-otherwise': {
    en: 'column "{column}" has {what} {found}, and {asked} was asked for',
    zh: '列 "{column}" 的{what}为 {found}，要求 {asked}',
  },
  'the-type': { en: 'the type', zh: '类型' },
  'the-collation': { en: 'the collation', zh: '排序规则' },
  'a-width': { en: 'a width of', zh: '长度' },
  'the-generation': { en: 'the generation', zh: '生成方式' },
  'the-attribute': { en: '{attribute}', zh: ' {attribute} ' },
  // Why a table is not copied again, or no further.
  'copy-table-stopped': { en: '{table} has stopped meanwhile', zh: '{table} 期间已停止同步' },
  'copy-definition-changed': {
    en: 'its definition was changed meanwhile; ask for the copy again',
    zh: '期间表结构已变更，请重新发起复制',
  },
  'copy-target-unfit': { en: 'the table on the target no longer fits', zh: '目标表已不匹配' },
  'copy-key-none': {
    en: '{table} has no key along which it can be read in pieces',
    zh: '{table} 没有可用于分段读取的键',
  },
  'copy-not-ours': {
    en: '{table} is no table of the source that this pipeline keeps equal',
    zh: '{table} 不是本管道同步的源表',
  },
  'copy-retry-first': {
    en: '{table} has stopped; `otter errors retry` it first',
    zh: '{table} 已停止同步，请先 `otter errors retry`',
  },
  'copy-both-ways': {
    en: '{table} is kept equal both ways: rows the target has written and the source has not seen would be lost',
    zh: '{table} 为双向同步：目标库已写入而源库尚未得知的行会丢失',
  },
  'copy-shares-target': {
    en: '{table} goes into one table with {other}, whose rows would be taken away',
    zh: '{table} 与 {other} 写入同一张目标表，后者的行会被清除',
  },
  'copy-log-setting': { en: '{name}={value} while a table is copied', zh: '复制期间 {name}={value}' },
  'copy-column-unsent': {
    en: '{table}: the source sends nothing for the column "{column}", whose values would be lost',
    zh: '{table}：列 "{column}" 没有对应的源列，其值会丢失',
  },
  'copy-key-unmatched': {
    en: '{table}: the source has no unique key like "{key}" of the target',
    zh: '{table}：源表没有与目标表 "{key}" 对应的唯一键',
  },
  'copy-target-keyless': {
    en: 'the target of {table} has no key that tells its rows apart',
    zh: '{table} 的目标表没有可区分各行的键',
  },
  'copy-cascade': {
    en: '{table}: a foreign key of {child} cascades from it, and its log does not say what that does',
    zh: '{table}：{child} 的外键会从该表级联，而 binlog 不记录级联结果',
  },
  'copy-order-differs': {
    en: '{table}: the servers do not put its key "{key}" into the same order (column "{column}")',
    zh: '{table}：两端对键 "{key}" 的排序不一致（列 "{column}"）',
  },
  'copy-key-unindexed': {
    en: '{table}: no unique key of the target begins with the columns of "{key}"',
    zh: '{table}：目标表没有以 "{key}" 的列开头的唯一键',
  },
  'predicate-bracket-closed': { en: 'a bracket is closed that was not opened', zh: '括号不匹配：多余的右括号' },
  'predicate-bracket-open': { en: 'a bracket is not closed', zh: '括号未闭合' },
  'predicate-quote-open': { en: 'a quote is not closed', zh: '引号未闭合' },
  'predicate-empty': { en: 'it is empty', zh: '条件为空' },
  'predicate-long': { en: 'it has more than {limit} characters', zh: '超过 {limit} 个字符' },
  'predicate-backslash': { en: 'it holds a backslash', zh: '含有反斜线' },
  'predicate-nul': { en: 'it holds a NUL', zh: '含有 NUL 字符' },
  'predicate-semicolon': { en: 'it holds a semicolon', zh: '含有分号' },
  'predicate-comment': { en: 'it holds a comment', zh: '含有注释' },
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
    'loop marks': '回环标记',
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

/** What the engine notes while it works, in Chinese; a change of definition is a mark in the charts as well. */
const NOTES_ZH: Readonly<Record<string, string>> = {
  'heartbeat interrupted': '心跳中断',
  'schema created': '已建库',
  'tables created': '已建表',
  'indexes wait': '索引创建等待中',
  'indexes added': '索引已创建',
  'indexes could not be added': '索引创建失败',
  'parked table catches up': '已停止的表正在追赶',
  'parked table stopped again': '表再次停止同步',
  'parked table takes part again': '表已恢复同步',
  'no table of pt-online-schema-change: it has rows and no triggers':
    '不是 pt-online-schema-change 的临时表：该表有数据但没有触发器',
  'working table, left out': '在线变更工具的临时表，不同步',
  'definition changed': '表结构已变更',
  'statement refused by the target': '语句被目标库拒绝',
  'table parked': '表停止同步',
  'interrupted, will go on': '同步中断，将继续',
  'going on from the checkpoint': '从位点继续',
  starting: '开始同步',
  'new table, it is copied': '新表，将全量复制',
  'new table, from the checkpoint on': '新表，从位点开始同步',
  "the target's log is not read": '未读取目标库的 binlog',
  'somebody else writes to the target': '目标库有其他写入者',
  'rows came round: something beside Otter carries them': '变更又回到了源库：Otter 之外有其他途径在搬运这些行',
  'rows are not read back': '不回读校验行',
  'rows differ on the target': '目标库的行不一致',
  'the target keeps no record of what is found': '发现的问题无法记录到目标库',
  'copy again': '重新复制',
  'table copied': '表复制完成',
  'copy given up, the table goes on': '已放弃复制，该表继续增量同步',
  'bounds could not be read, trying again': '读取分段边界失败，将重试',
  copying: '开始复制',
  'chunk could not be read, trying again': '读取分段失败，将重试',
  'left out an incomplete transaction': '忽略一个不完整的事务',
  'rows asked for through retl_buffer': '收到 retl_buffer 的重新同步请求',
  'rows asked for are passed over': '跳过 retl_buffer 请求的行',
  'rows asked for are there': 'retl_buffer 请求的行已同步',
  'reading the log': '开始读取 binlog',
  'the log connection ended': 'binlog 连接断开',
};

/** What the engine notes, in Chinese; of a later or earlier version as it is. */
export function noteInChinese(note: string): string {
  return NOTES_ZH[note] ?? note;
}
