/** The tables of the demonstration's shop, in the order they are compared. */
export const SHOP_TABLES = ['tb_category', 'tb_item', 'tb_user', 'tb_order', 'tb_order_item'] as const;

export const SHOP_SCHEMA = 'shop';
export const USER_COUNT = 60;
/** Only the lag probe writes this user's visits. */
export const PROBE_USER_ID = 1;

/** The definitions, the same on both sides. */
export const SHOP_DEFINITIONS = `
CREATE DATABASE shop CHARACTER SET utf8mb4;
USE shop;
CREATE TABLE tb_category (
  id INT NOT NULL PRIMARY KEY,
  name VARCHAR(60) NOT NULL
);
CREATE TABLE tb_item (
  id INT NOT NULL PRIMARY KEY,
  category_id INT NOT NULL,
  title VARCHAR(120) NOT NULL,
  price DECIMAL(10,2) NOT NULL,
  stock INT NOT NULL,
  delivered INT NOT NULL DEFAULT 0,
  stocked INT NOT NULL,
  attributes JSON NULL,
  updated_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  KEY (category_id)
);
CREATE TABLE tb_user (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(60) NOT NULL,
  email VARCHAR(120) NOT NULL,
  preferences JSON NULL,
  visits INT UNSIGNED NOT NULL DEFAULT 0,
  registered_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  UNIQUE KEY (email)
);
CREATE TABLE tb_order (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id INT NOT NULL,
  status ENUM('paid','shipped','cancelled') NOT NULL DEFAULT 'paid',
  channel ENUM('web','app','you') NOT NULL DEFAULT 'you',
  total DECIMAL(12,2) NOT NULL,
  note VARCHAR(200) NULL,
  created_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  KEY (channel),
  KEY (user_id)
);
CREATE TABLE tb_order_item (
  order_id INT NOT NULL,
  item_id INT NOT NULL,
  quantity INT NOT NULL,
  price DECIMAL(10,2) NOT NULL,
  PRIMARY KEY (order_id, item_id),
  KEY (item_id)
)`;

const CATEGORIES = ['茶与咖啡 Tea & coffee', '厨房 Kitchen', '图书 Books', 'Travel 旅行', '玩具 Toys 🧸'];

/** Category, title, price: Chinese, English, quotes, accents, emoji. */
const ITEMS: readonly (readonly [number, string, number])[] = [
  [1, '龙井绿茶 250g 🍵', 128],
  [1, 'Espresso beans, dark roast', 14.9],
  [1, '青花瓷茶壶', 268.5],
  [1, "Grandma's teapot", 39],
  [2, '铸铁炒锅 32cm', 199],
  [2, 'Chef’s knife 20 cm', 89.95],
  [2, '竹制蒸笼 🥟', 45.8],
  [2, 'Crème brûlée torch', 27.5],
  [3, '红楼梦（全四册）', 119],
  [3, 'The Art of Computer Programming', 249.99],
  [3, '三体 · 刘慈欣', 93],
  [3, 'A "quoted" book of SQL', 31.4],
  [4, '登机箱 20 寸', 459],
  [4, 'Rain poncho ☔', 19.99],
  [4, '折叠水杯', 25.5],
  [4, 'Café atlas — Wien', 34],
  [5, '积木 1000 粒 🧱', 168],
  [5, 'Plush otter 🦦', 24],
  [5, '风筝（燕子）', 58.8],
  [5, 'Marble run', 74.25],
];

export const ITEM_COUNT = ITEMS.length;
const STOCK_AT_START = 500;
const FAMILY = ['王', '李', '张', '陈', '刘'];
const GIVEN = ['小明', '芳', '伟', '秀英', '洋'];
const ENGLISH = ['Ada Lovelace', 'Grace Hopper', "Conan O'Brien", 'Zoë Müller', 'Łukasz Nowak'];

/** Title and price of an item at the start. */
export function itemAtStart(id: number): { title: string; price: number; stock: number } {
  const [, title, price] = ITEMS[id - 1] ?? [0, `item ${id}`, 1];
  return { title, price, stock: STOCK_AT_START };
}

/** Name of a user at the start; Chinese and English in turn. */
export function userAtStart(id: number): string {
  const n = id - 1;
  if (n % 2 === 1) return ENGLISH[(n >> 1) % ENGLISH.length] as string;
  return `${FAMILY[(n >> 1) % FAMILY.length]}${GIVEN[(n >> 1) % GIVEN.length]}`;
}

/** The first rows, written to the source alone: they too reach the target through the log. */
export function shopRows(): string {
  const categories = CATEGORIES.map((name, i) => `(${i + 1}, ${text(name)})`);
  const items = ITEMS.map(([category, title, price], i) => {
    const attributes = JSON.stringify({ weight_g: 100 + i * 37, tags: ['新品', 'gift'], vat: 0.13 });
    return `(${i + 1}, ${category}, ${text(title)}, ${price.toFixed(2)}, ${STOCK_AT_START}, 0, ${STOCK_AT_START}, ${text(attributes)})`;
  });
  const users = Array.from({ length: USER_COUNT }, (_, i) => {
    const preferences = JSON.stringify({ language: i % 2 ? 'en' : 'zh', newsletter: i % 3 === 0 });
    return `(${i + 1}, ${text(userAtStart(i + 1))}, 'user${i + 1}@example.com', ${text(preferences)})`;
  });
  return [
    'START TRANSACTION',
    `INSERT INTO shop.tb_category (id, name) VALUES ${categories.join(',')}`,
    `INSERT INTO shop.tb_item (id, category_id, title, price, stock, delivered, stocked, attributes) VALUES ${items.join(',')}`,
    `INSERT INTO shop.tb_user (id, name, email, preferences) VALUES ${users.join(',')}`,
    'COMMIT',
  ].join(';');
}

/**
 * Items for which the books do not balance. Every piece ever stocked is on the shelf, in an order or delivered;
 * the three stand in two tables, so a reader who saw half a transaction would see it here.
 */
export const BROKEN_ITEMS = `
SELECT i.id FROM shop.tb_item i
LEFT JOIN (SELECT item_id, SUM(quantity) AS ordered FROM shop.tb_order_item GROUP BY item_id) o ON o.item_id = i.id
WHERE i.stock + i.delivered + COALESCE(o.ordered, 0) <> i.stocked`;

/** A string literal; the demonstration's texts hold no backslash. */
export function text(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
