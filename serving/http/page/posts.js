// Files with posts: JSON lines, CSV, lines of text.

const TEXTS = ["text", "content", "正文", "内容", "文本", "帖子", "评论", "comment", "body", "message", "post"];
const IDS = ["id", "编号", "序号", "post_id"];
const TOKEN = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** The field of the object that stands for a whole number with more digits than a number of JavaScript holds. */
const DIGITS = "\0digits";

/** A file that cannot be read; `name` is what the words are found by. */
export class Unreadable extends Error {
  constructor(name, ...about) {
    super(name);
    Object.assign(this, { name, about });
  }
}

/** The text of bytes in UTF-8 or UTF-16, or else in GB 18030, as Chinese spreadsheets write it, and which it was. */
export function decoded(bytes) {
  const [first, second] = bytes;
  const wide = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
  for (const encoding of [wide || "utf-8", "gb18030"]) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {
      // not in this one
    }
  }
  throw new Unreadable("fileEncoding");
}

/** The fields of each row of delimited text, by RFC 4180; quoted fields may hold line breaks. */
export function delimited(text, delimiter) {
  const ends = new RegExp(`[\\r\\n${delimiter}]`, "g");
  const rows = [];
  let row = [];
  let place = 0;
  while (place < text.length) {
    let field = "";
    if (text[place] === '"') {
      let end = place + 1;
      for (;;) {
        const quote = text.indexOf('"', end);
        if (quote < 0) throw new Unreadable("fileQuote", rows.length + 1);
        field += text.slice(end, quote);
        end = quote + 1;
        if (text[end] !== '"') break;
        field += '"';
        end += 1;
      }
      place = end;
    }
    ends.lastIndex = place;
    const found = ends.exec(text);
    const end = found ? found.index : text.length;
    row.push(field + text.slice(place, end));
    place = end + 1;
    if (text[end] !== delimiter) {
      if (text[end] === "\r" && text[end + 1] === "\n") place += 1;
      rows.push(row);
      row = [];
    }
  }
  if (row.length) rows.push([...row, ""]);
  return rows.filter((fields) => fields.length > 1 || fields[0] !== "");
}

/** The delimiter that stands in the first line most often. */
function delimiterOf(text) {
  const [first] = text.split(/[\r\n]/, 1);
  const times = (delimiter) => first.split(delimiter).length;
  return [",", "\t", ";"].reduce((best, next) => (times(next) > times(best) ? next : best));
}

function fromDelimited(text) {
  const [first, ...rows] = delimited(text, delimiterOf(text));
  if (!first) throw new Unreadable("fileEmpty");
  const names = first.map((name, column) => name.trim() || String(column + 1));
  const twice = names.find((name, column) => names.indexOf(name) < column);
  if (twice !== undefined) throw new Unreadable("fileTwice", twice);
  const wide = rows.findIndex((fields) => fields.slice(names.length).some(Boolean));
  if (wide >= 0) throw new Unreadable("fileWide", wide + 2, rows[wide].length, names.length);
  return { header: names, rows: rows.map((fields) => Object.fromEntries(names.map((name, column) => [name, fields[column] ?? ""]))) };
}

/** The value of JSON, with long whole numbers as they are written. */
function parsed(text) {
  const kept = (token) => (/^-?\d{16,}$/.test(token) ? `{${JSON.stringify(DIGITS)}:"${token}"}` : token);
  return JSON.parse(/\d{16}/.test(text) ? text.replace(TOKEN, kept) : text);
}

/** The value of a line as a row; a text alone is one. */
function asRow(value, line) {
  const row = typeof value === "string" ? { text: value } : value;
  if (typeof row !== "object" || row === null || Array.isArray(row) || DIGITS in row) throw new Unreadable("fileJson", line);
  return row;
}

function fromJson(text) {
  if (text.trimStart().startsWith("[")) {
    let values = null;
    try {
      values = parsed(text);
    } catch {
      // lines of lists are refused below, by their number
    }
    if (values) return values.map((value, index) => asRow(value, index + 1));
  }
  const rows = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    let value;
    try {
      value = parsed(line);
    } catch {
      throw new Unreadable("fileJson", index + 1);
    }
    rows.push(asRow(value, index + 1));
  }
  return rows;
}

/** Whether the first line is an object of JSON. */
function beginsAsJson(text) {
  const [first] = text.trimStart().split("\n", 1);
  try {
    return first.startsWith("{") && Boolean(JSON.parse(first));
  } catch {
    return false;
  }
}

/** The rows of a file as objects, the names in its first line where it has them, and how it was written. Throws `Unreadable`. */
export function read(name, bytes) {
  const { text, encoding } = decoded(bytes);
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  let rows;
  let header = [];
  if (ending === "csv" || ending === "tsv") ({ header, rows } = fromDelimited(text));
  else if (["jsonl", "ndjson", "json"].includes(ending) || (ending !== "txt" && beginsAsJson(text))) rows = fromJson(text);
  else rows = text.split(/\r\n|\r|\n/).map((line, index) => ({ id: String(index + 1), text: line }));
  if (!rows.length) throw new Unreadable("fileEmpty");
  return { rows, header, encoding };
}

/** The names of fields that hold text, and the likeliest one for posts. Throws `Unreadable`. */
export function fields(rows) {
  const names = new Map();
  for (const row of rows.slice(0, 1000)) {
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === "string") names.set(name, (names.get(name) || 0) + value.length);
    }
  }
  if (!names.size) throw new Unreadable("fileNoText");
  const other = [...names.keys()].filter((name) => !IDS.includes(name));
  const longest = (other.length ? other : [...names.keys()]).reduce((best, name) => (names.get(name) > names.get(best) ? name : best));
  const known = TEXTS.flatMap((text) => other.filter((name) => name.toLowerCase() === text));
  return { names: other.length ? other : [...names.keys()], likeliest: known[0] || longest };
}

/** A text or a whole number as an id. */
function idOf(value) {
  return typeof value === "string" ? value : Number.isInteger(value) ? String(value) : value?.[DIGITS];
}

/** The posts in a field of rows, each with an id and the number of its row; rows without a text are left out. */
export function posts(rows, field) {
  const id = IDS.find((name) => name !== field && rows.some((row) => row[name] !== undefined));
  return rows.flatMap((row, index) => {
    const text = row[field];
    return typeof text === "string" && text.trim() ? [{ id: idOf(row[id]) ?? String(index + 1), row: index + 1, text }] : [];
  });
}

/** Posts in batches that the service answers soon. */
export function batches(all, texts = 100, characters = 16_000) {
  const made = [];
  let size = Infinity;
  for (const post of all) {
    if (size + post.text.length > characters || made[made.length - 1].length === texts) {
      made.push([]);
      size = 0;
    }
    made[made.length - 1].push(post);
    size += post.text.length;
  }
  return made;
}
