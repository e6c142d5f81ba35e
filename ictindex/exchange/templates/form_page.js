// The form: built from its data, checked and scored as it is filled in, saved as the same page with its answers.

const content = JSON.parse(document.getElementById("noi-dung").textContent);
const saved = document.getElementById("phieu-da-dien");
const main = document.getElementById("phieu");
const asked = new Map(); // code -> {asks, answer, state, wrong, line}
const entries = []; // [sheet, row, column, input]
let changed = false;

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const letters = (column) => (column > 26 ? letters(Math.floor((column - 1) / 26)) : "") + String.fromCharCode(65 + ((column - 1) % 26));

// --- figures ------------------------------------------------------------------------------------------------

const signed = ([a, b]) => (a < 0n ? "-" : "") + exactText([a < 0n ? -a : a, b]);
const shown = ([a, b], places) => (a < 0n ? "-" : "") + formatted(rounded([a < 0n ? -a : a, b], places, "half_up"), places);

// A figure as it is typed: [fraction, decimals], or null; a comma sets decimals apart, points set thousands apart.
function typedNumber(text, whole) {
  const plain = text.replace(/\s|\u2212/g, (sign) => (sign === "\u2212" ? "-" : ""));
  const grouped = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(plain);
  if (grouped && !whole && /^-?\d{1,3}\.\d{3}$/.test(plain)) return null; // 1.234 reads two ways
  const digits = grouped ? plain.replace(/\./g, "") : plain;
  const match = /^(-?)(\d+)(?:[.,](\d+))?$/.exec(digits);
  if (!match || match[2].length + (match[3] ?? "").length > 15) return null;
  const below = 10n ** BigInt((match[3] ?? "").length);
  const above = BigInt(match[2] + (match[3] ?? ""));
  return [[match[1] ? -above : above, below], (match[3] ?? "").length];
}

function wrongNumber(asks, text) {
  const percent = asks.unit === "%" && text.trim().endsWith("%");
  const typed = typedNumber(percent ? text.trim().slice(0, -1) : text, asks.kind === "count");
  if (!typed) return ["Cần một số, ví dụ 1234,5; không ghi chữ, đơn vị tính. Số như 1.234 thì viết liền: 1234 hoặc 1,234."];
  const [number] = typed;
  if (asks.kind === "count" && number[0] % number[1] !== 0n) return ["Cần số nguyên."];
  if (asks.min !== null && less(number, fraction(asks.min))) return [`Không nhỏ hơn ${shown(fraction(asks.min), 0)}.`];
  if (asks.max !== null && less(fraction(asks.max), number)) return [`Không lớn hơn ${asks.max_vi}.`];
  const small = !isZero(number) && !less([1n, 1n], number[0] < 0n ? [-number[0], number[1]] : number);
  if (asks.unit === "%" && !percent && small) return ["Ghi kèm dấu %: 0,5% hay 50%."];
  return [null, ...typed, percent];
}

// {value}, {state}, {wrong} or {} of an answer.
function figure(code) {
  const { asks, answer, state } = asked.get(code);
  const text = answer.value.trim();
  if (state?.value) return text ? { wrong: true } : { state: state.value };
  if (!text) {
    const rows = code === content.counted_as ? listed() : [];
    return rows.length ? { value: [BigInt(procedures(rows)), 1n] } : {};
  }
  if (asks.kind === "yes_no") return { value: text === "Có" };
  if (asks.kind === "choice") return { value: asks.choices.find(([, label]) => label === text)?.[0] };
  if (asks.kind === "text") return { value: text };
  const [wrong, number] = wrongNumber(asks, text);
  return wrong ? { wrong: true } : { value: number };
}

function wrongWith(code) {
  const { asks, answer, state } = asked.get(code);
  const text = answer.value.trim();
  const figured = figure(code);
  if (state?.value) return text ? "Chỉ ghi trả lời, hoặc chỉ chọn lý do không trả lời." : "";
  if (!text) return "value" in figured ? "" : null; // not filled in yet
  if (code === content.counted_as && text !== String(procedures(listed()))) {
    return `Danh sách dịch vụ có ${procedures(listed())}: để trống ô này hoặc bổ sung danh sách.`;
  }
  return ["yes_no", "choice", "text"].includes(asks.kind) ? "" : wrongNumber(asks, text)[0] ?? "";
}

// --- the page -----------------------------------------------------------------------------------------------

function selectOf(labels) {
  return make("select", {}, make("option", { value: "" }, ""), ...labels.map((label) => make("option", { value: label }, label)));
}

function inputFor(key, asks) {
  if (key === "state") return selectOf(content.states);
  if (key === "answer" && asks.kind === "yes_no") return selectOf(["Có", "Không"]);
  if (key === "answer" && asks.kind === "choice") return selectOf(asks.choices.map(([, label]) => label));
  if (key === "level") return selectOf(content.levels);
  if (key === "in_database") return selectOf(["Có", "Không"]);
  const long = ["evidence", "note"].includes(key) || (key === "answer" && asks?.kind === "text");
  const input = make(long ? "textarea" : "input", long ? { rows: 1 } : { type: "text" });
  input.maxLength = 2000;
  if (key === "answer" && !long) input.inputMode = "decimal";
  return input;
}

function entry(sheet, row, column, key, label, asks) {
  const input = inputFor(key, asks);
  input.setAttribute("aria-label", label);
  input.dataset.cell = `${letters(column)}${row}`;
  entries.push([sheet.name, row, column, input, asks, key]);
  return input;
}

function lineOf(sheet, line) {
  const { row, cells, asks, scores } = line;
  if (!asks) {
    const at = sheet.fields.findIndex(([key]) => key === "self_score");
    const span = make("td", { colspan: 5 }, [cells.number, cells.question].filter(Boolean).join(". "));
    const points = make("td", { class: "points", "data-scores": scores ?? "" });
    return make("tr", { class: "group" }, span, at >= 0 ? points : "", make("td", { colspan: 2 }));
  }
  const at = (key) => sheet.fields.findIndex(([each]) => each === key) + 1;
  const input = (key) => entry(sheet, row, at(key), key, `${sheet.fields[at(key) - 1][1]}: ${cells.question}`, asks);
  const [answer, state, evidence, note] = ["answer", "state", "evidence", "note"].map(input);
  const wrong = make("div", { class: "wrong", role: "alert" });
  asked.set(cells.code, { asks, answer, state, wrong });
  const what = make("td", {}, cells.question, make("small", {}, cells.how ?? ""), make("small", {}, cells.clause ?? ""));
  return make("tr", {},
    make("td", {}, cells.number, make("small", {}, `${letters(at("answer"))}${row}`)), what, make("td", { class: "number" }, cells.last ?? ""),
    make("td", {}, answer, make("small", {}, cells.unit ?? ""), wrong), make("td", {}, state),
    make("td", { class: "points", "data-scores": scores ?? "" }), make("td", {}, evidence), make("td", {}, note));
}

const HEADS = [["TT"], ["Nội dung"], ["Kỳ trước"], ["Trả lời", 1], ["Không trả lời vì", 1], ["Điểm tự tính"], ["Tài liệu kiểm chứng", 1], ["Ghi chú", 1]];
const WIDTHS = ["4%", "36%", "6%", "14%", "10%", "8%", "13%", "9%"];
const headings = (heads) => make("thead", {}, make("tr", {}, ...heads.map(([label, open]) => make("th", open ? { class: "entry", scope: "col" } : { scope: "col" }, label))));

function surveyOf(sheet) {
  const body = make("tbody", {}, ...sheet.lines.map((line) => lineOf(sheet, line)));
  return [make("h2", {}, sheet.name), make("div", { class: "wide" }, make("table", { class: "survey" }, make("colgroup", {}, ...WIDTHS.map((width) => make("col", { style: `width: ${width}` }))), headings(HEADS), body))];
}

// --- a list whose rows are the unit's own ---

let list = null;

function rowOfList() {
  const row = list.first + list.body.rows.length;
  const inputs = list.fields.map(([key, label], k) => entry(list, row, k + 1, key, `${label}, dòng ${row}`));
  inputs.forEach((input) => input.addEventListener("paste", (event) => pasted(event, row, inputs.indexOf(input))));
  list.body.append(make("tr", {}, make("td", {}, make("small", {}, String(row))), ...inputs.map((input) => make("td", {}, input))));
}

// A table copied from a spreadsheet goes into as many rows.
function pasted(event, row, column) {
  const text = event.clipboardData.getData("text");
  if (!/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  text.replace(/\r/g, "").trimEnd().split("\n").slice(0, list.rows).forEach((line, i) => {
    while (list.first + list.body.rows.length <= row + i) rowOfList();
    line.split("\t").slice(0, list.fields.length - column).forEach((cell, k) => setValue(inputAt(list.name, row + i, column + k + 1), cell.trim()));
  });
  look();
}

function listOf(sheet) {
  list = { ...sheet, body: make("tbody") };
  const heads = [["Dòng"], ...sheet.fields.map(([, label]) => [label, 1])];
  const more = make("button", { type: "button", class: "screen" }, "Thêm dòng");
  more.addEventListener("click", () => rowOfList());
  for (let i = 0; i < 5; i++) rowOfList();
  const table = make("table", {}, headings(heads), list.body);
  return [make("h2", {}, sheet.name), make("div", { class: "wide" }, table), more, make("div", { class: "wrong", id: "danh-sach-sai" })];
}

const inputAt = (name, row, column) => entries.find(([sheet, r, c]) => sheet === name && r === row && c === column)?.[3];

function listed() {
  if (!list) return [];
  const keys = list.fields.map(([key]) => key);
  return [...list.body.rows].map((tr, i) => {
    const values = [...tr.querySelectorAll("input, select, textarea")].map((input) => input.value.trim());
    return { row: list.first + i, ...Object.fromEntries(keys.map((key, k) => [key, values[k]])) };
  }).filter((row) => keys.some((key) => row[key]));
}

const procedures = (rows) => new Set(rows.map(({ procedure, service }) => procedure ? `p ${procedure}` : `s ${service}`)).size;

function wrongInList() {
  const rows = listed(), seen = new Map();
  return rows.flatMap(({ row, service, procedure, level, in_database }) => {
    const wrong = [];
    if (!service) wrong.push("thiếu mã dịch vụ");
    else if (seen.has(service)) wrong.push(`mã dịch vụ trùng với dòng ${seen.get(service)}`);
    else seen.set(service, row);
    if (!level) wrong.push("chưa chọn mức độ");
    if (!in_database) wrong.push("chưa chọn có hay không có trong cơ sở dữ liệu");
    if (in_database === "Có" && !procedure) wrong.push("thiếu mã thủ tục");
    return wrong.length ? [`Dòng ${row}: ${wrong.join(", ")}.`] : [];
  });
}

// --- checked and scored -------------------------------------------------------------------------------------

const lineOfScore = (node) => make("tr", node.below.length ? { class: "group" } : {},
  make("td", {}, node.number), make("td", {}, node.label), make("td", { class: "number" }, shown(fraction(node.most), 2)),
  make("td", { class: "points", "data-scores": node.id, "data-told": "" }), make("td", { class: "number", "data-available": node.id }), make("td", {}, node.why ?? ""));

function look() {
  let open = 0, wrong = 0;
  const scores = selfScores(content.score, figure);
  const unusable = new Map();
  for (const node of content.score.nodes) if (scores[node.id]?.unusable) for (const code of node.reads) unusable.set(code, node.label);
  for (const [code, each] of asked) {
    let said = wrongWith(code);
    if (said === null) open += 1;
    if (said === "" && unusable.has(code)) said = `Không tính được “${unusable.get(code)}”: một phần không thể lớn hơn tổng, điểm không thể vượt tối đa.`;
    each.wrong.textContent = said ?? "";
    each.answer.setAttribute("aria-invalid", String(Boolean(said)));
    wrong += said ? 1 : 0;
  }
  const inList = wrongInList();
  if (list) document.getElementById("danh-sach-sai").textContent = inList.slice(0, 20).join(" ");
  wrong += inList.length;
  const byId = new Map(content.score.nodes.map((node) => [node.id, node]));
  for (const cell of document.querySelectorAll("[data-scores]")) {
    const score = scores[cell.dataset.scores];
    if (!score) continue;
    const why = "told" in cell.dataset ? "" : byId.get(cell.dataset.scores).why; // which stands beside it there
    const waits = why ?? (score.wrong || score.unusable ? "xem lại số liệu" : score.waits ? "chưa có số liệu" : "");
    cell.textContent = score.points ? shown(score.points, 2) : waits;
    cell.dataset.exact = score.points ? signed(score.points) : "";
  }
  for (const cell of document.querySelectorAll("[data-available]")) {
    const { available } = scores[cell.dataset.available];
    cell.textContent = available ? shown(available, 2) : "";
    cell.dataset.exact = available ? exactText(available) : "";
  }
  const { points: total, available } = scores.total;
  const score = total ? `Điểm tự tính: ${shown(total, 2)} trên ${shown(available, 2)}.` : "";
  const missing = open ? `Còn ${open} câu chưa trả lời.` : "Đã trả lời mọi câu.";
  document.querySelector(".told").textContent = `${missing} ${wrong ? `${wrong} chỗ cần sửa.` : ""} ${score}`;
  return { open, wrong };
}

function setValue(input, text) {
  if (!input) return;
  if (input.tagName === "SELECT") {
    const folded = (each) => each.normalize("NFC").toLowerCase().replace(/^mức( độ)? /, "");
    text = [...input.options].map((each) => each.value).find((each) => folded(each) === folded(text)) ?? "";
  }
  input.value = text;
}

// --- saved --------------------------------------------------------------------------------------------------

// A cell as a workbook's: row, column, text; a number as its digits, so that it can be read in one way alone.
function cellOf([, row, column, input, asks, key]) {
  const text = input.value.trim().normalize("NFC");
  if (key !== "answer" || !asks || ["yes_no", "choice", "text"].includes(asks.kind)) return [row, column, text];
  const [wrong, number, places, percent] = wrongNumber(asks, text);
  if (wrong) return [row, column, text];
  if (percent) return [row, column, `${shown(number, places).replace(/\./g, "")}%`];
  return [row, column, shown(number, places).replace(/\./g, "").replace(",", "."), "n"];
}

function workbook() {
  const cover = [[1, 1, content.sender_vi]];
  content.identity.forEach(([label, text], i) => cover.push([i + 2, 1, label], [i + 2, 2, text]));
  const first = content.identity.length + 2;
  content.cover.forEach(([key, label], i) => {
    const text = document.getElementById(`bia-${key}`).value.trim().normalize("NFC");
    cover.push([first + i, 1, label]);
    if (text) cover.push([first + i, 2, text]);
  });
  const sheets = content.sheets.map((sheet) => {
    const cells = sheet.fields.map(([, label], k) => [sheet.first - 1, k + 1, label]);
    const code = sheet.fields.findIndex(([key]) => key === "code") + 1;
    for (const { row, asks, cells: own } of sheet.lines) if (asks) cells.push([row, code, own.code]);
    cells.push(...entries.filter(([name, , , input]) => name === sheet.name && input.value.trim()).map(cellOf));
    return { name: sheet.name, cells };
  });
  return { sheets: [{ name: "Bìa", cells: cover }, ...sheets] };
}

function restore({ sheets }) {
  const [cover, ...rest] = sheets;
  for (const [row, column, text] of cover.cells) {
    const key = content.cover.find(([, label]) => label === text)?.[0];
    const beside = cover.cells.find(([r, c]) => r === row && c === 2);
    if (column === 1 && key && beside) document.getElementById(`bia-${key}`).value = beside[2];
  }
  for (const { name, cells } of rest) {
    if (list?.name === name) while (cells.some(([row]) => row >= list.first + list.body.rows.length)) rowOfList();
    for (const [row, column, text, number] of cells) setValue(inputAt(name, row, column), number ? text.replace(".", ",") : text);
  }
}

// Kept in the page as it is filled in, so that the browser's own "save as" keeps it too.
function keep() {
  saved.textContent = JSON.stringify(workbook()).replace(/</g, "\\u003c").replace(/>/g, "\\u003e").replace(/&/g, "\\u0026");
}

function page() {
  const copy = document.documentElement.cloneNode(true);
  copy.querySelector("#phieu").replaceChildren();
  return `<!DOCTYPE html>\n${copy.outerHTML}`;
}

function save() {
  keep();
  const { open, wrong } = look();
  if ((open || wrong) && !confirm(`Còn ${open} câu chưa trả lời, ${wrong} chỗ cần sửa. Vẫn lưu để điền tiếp?`)) return;
  const link = make("a", { download: content.file });
  link.href = URL.createObjectURL(new Blob([page()], { type: "text/html" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  changed = false;
}

function start() {
  const about = make("table", {}, make("tbody", {}, ...content.about.map(([label, text]) => make("tr", {}, make("th", { scope: "row" }, label), make("td", {}, text)))));
  const cover = content.cover.map(([key, label, text]) => {
    const input = make("input", { id: `bia-${key}`, type: "text", maxlength: 2000, value: text });
    if (key === "sent_on") input.placeholder = "ngày/tháng/năm";
    return make("tr", {}, make("th", { class: "entry", scope: "row" }, make("label", { for: `bia-${key}` }, label)), make("td", {}, input));
  });
  const steps = make("details", { class: "screen", open: "" }, make("summary", {}, "Hướng dẫn"), make("ol", {}, ...content.steps.map((step) => make("li", {}, step))));
  const score = make("table", {}, headings([["TT"], ["Tiêu chí"], ["Điểm tối đa"], ["Điểm tự tính"], ["Điểm tối đa của phần tính được"], ["Không tự tính được vì"]]),
    make("tbody", {}, ...content.score.nodes.map(lineOfScore)));
  const button = make("button", { type: "button", class: "save" }, "Lưu phiếu");
  button.addEventListener("click", save);
  main.replaceChildren(
    make("h1", {}, content.title), make("p", {}, make("strong", {}, content.sender_vi)),
    content.stamp ? make("p", { class: "stamp" }, content.stamp) : "", about, steps,
    make("h2", {}, "Phần điền của người nhận phiếu"), make("table", {}, make("tbody", {}, ...cover)),
    ...content.sheets.flatMap((sheet) => (sheet.rows ? listOf(sheet) : surveyOf(sheet))),
    make("h2", {}, "Điểm tự tính"), make("p", {}, content.score.about), make("div", { class: "wide" }, score),
    make("div", { class: "signed" }, ...content.sign.map((text) => make("div", {}, text))),
    make("div", { class: "bar" }, make("div", { class: "told", role: "status" }), button));
  if (saved.textContent.trim()) restore(JSON.parse(saved.textContent));
  look();
  main.addEventListener("input", () => { changed = true; look(); keep(); });
  main.addEventListener("change", () => { look(); keep(); });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

start();
