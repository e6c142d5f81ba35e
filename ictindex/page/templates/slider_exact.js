// The arithmetic and the sentences of ictindex/page/slider.py in whole numbers of any length (BigInt): the same digits, everywhere.

const integers = (text) => text.split(" ").map(BigInt);
const sum = (numbers) => numbers.reduce((all, each) => all + each, 0n);
const dot = (points, parts) => parts.reduce((all, part, k) => all + points[k] * part, 0n);

function groupOf(data) {
  const units = data.units.map(([code, label, numbers, available]) => {
    const [whole, ...earned] = integers(numbers);
    return { code, label, whole, earned, available: available ? integers(available) : earned.map(() => whole) };
  });
  const levels = data.levels.map(([label, low]) => ({ label, low: integers(low) }));
  return { ...data, base: data.base.map(BigInt), scale: integers(data.scale), units, levels,
    highlighted: new Set(data.highlighted) };
}

// [numerator, denominator] of the value compared; null where nothing that weighs applies.
function valueOf(group, unit, points) {
  const there = dot(points, unit.available);
  if (there === 0n) return null;
  const [above, below] = group.scale;
  return [above * dot(points, unit.earned), below * (group.divided ? there : unit.whole * sum(points))];
}

const isMore = (one, other) => one[0] * other[1] > other[0] * one[1];

// Ranks from high (1) to low; "min" 1-2-2-4, "dense" 1-2-2-3, "max" 1-3-3-4; null has none.
function ranksOf(compared, ties) {
  const order = compared.map((_, i) => i).filter((i) => compared[i] !== null)
    .sort((i, j) => (isMore(compared[i], compared[j]) ? -1 : isMore(compared[j], compared[i]) ? 1 : 0));
  const ranks = compared.map(() => null);
  let distinct = 0;
  for (let from = 0, to; from < order.length; from = to) {
    for (to = from + 1; to < order.length && !isMore(compared[order[from]], compared[order[to]]); to++);
    distinct += 1;
    const rank = { min: from + 1, dense: distinct, max: to }[ties];
    for (const i of order.slice(from, to)) ranks[i] = rank;
  }
  return ranks;
}

// For each unit its exact value, as printed, rank and level.
function placesOf(group, points) {
  const values = group.units.map((unit) => valueOf(group, unit, points));
  const digits = values.map((value) => value && rounded(value, group.decimals, group.rounding));
  const one = 10n ** BigInt(group.decimals);
  const compared = group.rank_on === "rounded" ? digits.map((d) => (d === null ? null : [d, one])) : values;
  const ranks = ranksOf(compared, group.ties);
  const looked = group.levels_on === "exact" ? values : digits.map((d) => (d === null ? null : [d, one]));
  return values.map((value, i) => ({
    value,
    printed: value && formatted(digits[i], group.decimals),
    rank: ranks[i],
    level: value && (group.levels.find(({ low }) => !isMore(low, looked[i]))?.label ?? null),
  }));
}

// Whole points in proportion, by largest remainder, the first of equals; alike where nothing weighs.
function sharedOut(amount, weights) {
  if (weights.every(([, weight]) => weight === 0n)) weights = weights.map(([k]) => [k, 1n]);
  const total = sum(weights.map(([, weight]) => weight));
  const parts = weights.map(([k, weight]) => [k, (amount * weight) / total, (amount * weight) % total]);
  let lacking = amount - sum(parts.map(([, whole]) => whole));
  const byRemainder = [...parts].sort((a, b) => (a[2] < b[2] ? 1 : a[2] > b[2] ? -1 : a[0] - b[0]));
  for (const part of byRemainder) if (lacking-- > 0n) part[1] += 1n;
  return parts;
}

// The points of all categories when some are wished for (place -> points) and ``last`` was moved last.
function movedPoints(base, wishes, last, keep) {
  const points = [...base];
  if (!keep || last === null) {
    for (const [k, wish] of wishes) points[k] = wish;
    return points;
  }
  const total = sum(base);
  points[last] = wishes.get(last) < total ? wishes.get(last) : total;
  const rest = total - points[last];
  const held = [...wishes].filter(([k]) => k !== last).sort(([j], [k]) => j - k);
  const free = base.map((weight, k) => [k, weight]).filter(([k]) => !wishes.has(k));
  const left = rest - sum(held.map(([, wish]) => wish));
  for (const [k] of free) points[k] = 0n;
  if (left === 0n || (left > 0n && free.length)) {
    for (const [k, wish] of held) points[k] = wish;
    for (const [k, whole] of sharedOut(left, free)) points[k] = whole;
  } else {
    for (const [k, whole] of sharedOut(rest, held)) points[k] = whole;
  }
  return points;
}

// Which units are drawn, in the order of rank, then code.
function drawnOf(group, places) {
  const { units, drawn, highlighted } = group;
  const place = (i) => places[i].rank ?? Infinity;
  const order = units.map((_, i) => i).sort((i, j) => {
    if (place(i) !== place(j)) return place(i) < place(j) ? -1 : 1;
    return units[i].code < units[j].code ? -1 : 1;
  });
  if (!drawn) return order;
  const [first, last] = drawn;
  return order.filter((i, at) => at < first || at >= order.length - last || highlighted.has(units[i].code));
}

// Who moves, in a few sentences.
function told(group, places, official) {
  const count = (n) => formatted(n, 0);
  const label = (i) => group.units[i].label;
  const ranks = places.map((place) => place.rank);
  const steps = ranks.map((rank, i) => (rank === null || official[i].rank === null ? 0 : official[i].rank - rank));
  const changed = ranks.filter((rank, i) => rank !== official[i].rank).length;
  const first = drawnOf(group, places)[0];
  const together = ranks.filter((rank) => rank === ranks[first]).length;
  const said = [`${count(changed)} trong ${count(ranks.length)} đơn vị đổi hạng.`];
  if (ranks[first] !== null) {
    const more = together > 1 ? ` và ${count(together - 1)} đơn vị khác` : "";
    said.push(`Đứng đầu: ${label(first)}${more}.`);
  }
  const most = steps.reduce((one, other) => (other > one ? other : one), 0);
  const least = steps.reduce((one, other) => (other < one ? other : one), 0);
  for (const [word, step] of [["Lên", most], ["Xuống", least]]) {
    const i = steps.indexOf(step);
    if (step) said.push(`${word} nhiều nhất: ${label(i)} (${official[i].rank} → ${ranks[i]}).`);
  }
  if (group.levels.length) {
    said.push(`${count(places.filter((place, i) => place.level !== official[i].level).length)} đơn vị đổi mức.`);
  }
  return said.join(" ");
}

// What these points say, in a sentence.
function changesOf(group, points, some = group.categories.map(([key]) => key)) {
  return group.categories.map(([key, label], k) => [key, label, group.base[k], points[k]])
    .filter(([key, , base, point]) => point !== base && some.includes(key)).map(([, ...rest]) => rest)
    .map(([label, base, point]) => `${label} từ ${formatted(base, 0)} thành ${formatted(point, 0)} ${group.measure}`).join("; ");
}

function meant(group, points) {
  const [total, whole] = [sum(points), sum(group.base)];
  const changes = changesOf(group, points);
  if (!changes) return "Mọi hạng mục như phương án gốc.";
  const kept = total === whole ? `tổng vẫn là ${formatted(whole, 0)} ${group.measure}`
    : `tổng ${formatted(total, 0)} ${group.measure} được quy về ${formatted(whole, 0)}, nên chỉ tỷ lệ là đáng kể`;
  return `${changes[0].toUpperCase()}${changes.slice(1)}; ${kept}. Bên trong mỗi hạng mục mọi tỷ lệ giữ nguyên.`;
}

// The points of all where some are stated in a file; null where more is stated than there is.
function statedPoints(base, few) {
  if (few.size === base.length) return [...few.keys()].sort((j, k) => j - k).map((k) => few.get(k));
  if (!few.size) return [...base];
  return sum([...few.values()]) > sum(base) ? null : movedPoints(base, few, Math.min(...few.keys()), true);
}

// Category -> points, of as few as say it all: those moved if the others follow, else all.
function fewest(group, points, moved) {
  const few = new Map([...moved].sort((j, k) => j - k).map((k) => [k, points[k]]));
  const told = statedPoints(group.base, few);
  const enough = told && told.every((each, k) => each === points[k]);
  return [...(enough ? few : new Map(points.map((each, k) => [k, each])))].map(([k, each]) => [group.categories[k][0], each]);
}

function suggestedName(few) {
  const named = few.map(([key, points]) => `${key}-${points}`).join("-");
  return named.length <= 60 ? named : named.slice(0, 50).replace(/[-_]+$/, "") + "-v-v";
}

// The what-if file that says the same.
function asFile(group, name, points, few) {
  const whose = group.group ? ` (${group.label})` : "";
  const rest = few.length < points.length ? ", các hạng mục khác theo tỷ lệ" : "";
  const changes = changesOf(group, points, few.map(([key]) => key));
  const question = `Nếu ${changes}${rest}${whose} thì ai lên, ai xuống?`;
  const stated = few.map(([key, each]) => `${key}: ${group.group ? `{${group.group}: ${each}}` : each}`).join(", ");
  return `what_if: ${name}\nbaseline: ${group.edition}\nquestion_vi: ${JSON.stringify(question)}\n`
    + `categories: {${stated}}\nnot_covered_vi: ["Các đơn vị không thay đổi cách làm khi biết trọng số thay đổi."]\n`;
}
