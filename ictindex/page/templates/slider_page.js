// Joins the arithmetic to the page: sliders in, ranks out. Names become text nodes, never markup.

function cell(text, kind) {
  const td = document.createElement("td");
  td.textContent = text ?? "–";
  td.className = kind;
  return td;
}

function step(rank, was) {
  if (rank === null || was === null) return rank === was ? "–" : rank === null ? "ra khỏi" : "vào";
  return rank < was ? `lên ${was - rank}` : rank > was ? `xuống ${rank - was}` : "giữ";
}

function rowOf(group, i, place, was) {
  const tr = document.createElement("tr");
  const moved = step(place.rank, was.rank);
  tr.append(
    cell(group.units[i].label, "text"), cell(was.rank, "integer"), cell(place.rank, "integer"),
    cell(moved, `text ${moved.split(" ")[0] === "lên" ? "up" : moved.startsWith("xuống") ? "down" : ""}`),
    cell(was.printed, "number"), cell(place.printed, "number"),
  );
  if (group.levels.length) {
    tr.append(cell(was.level === place.level ? place.level : `${was.level ?? "–"} → ${place.level ?? "–"}`, "text"));
  }
  tr.dataset.code = group.units[i].code;
  tr.dataset.exact = place.value ? exactText(place.value) : "";
  if (group.highlighted.has(group.units[i].code)) tr.className = "emphasis";
  return tr;
}

function start(panel, group) {
  const official = placesOf(group, group.base);
  const total = sum(group.base);
  const wishes = new Map();
  let last = null;
  const find = (selector) => panel.querySelector(selector);
  const sliders = [...panel.querySelectorAll("input[type=range]")];
  const fields = [...panel.querySelectorAll("input[type=number]")];
  const keep = find("input[type=checkbox]");
  const [save, name] = [find("button.save"), find("input.name")];
  let [shown, saying] = [group.base];

  function draw(typing) {
    const points = movedPoints(group.base, wishes, last, keep.checked);
    const places = placesOf(group, points);
    points.forEach((each, k) => {
      sliders[k].value = each;
      if (fields[k] !== typing) fields[k].value = each;
    });
    shown = points;
    find("output").textContent = formatted(sum(points), 0);
    find(".meant").textContent = meant(group, points);
    find("tbody").replaceChildren(...drawnOf(group, places).map((i) => rowOf(group, i, places[i], official[i])));
    const same = points.every((each, k) => each === group.base[k]);
    save.disabled = name.disabled = same;
    name.value = same ? "" : suggestedName(fewest(group, points, wishes.keys()));
    find(".told").textContent = (same ? "Phương án gốc. " : "Phương án giả định. ") + told(group, places, official);
    clearTimeout(saying); // a reader hears where a slider stops, not every step on the way
    saying = setTimeout(() => { find("[role=status]").textContent = find(".told").textContent; }, 600);
  }

  function take(input, k) {
    if (!/^\d+$/.test(input.value)) return; // a field that is being emptied or is not whole yet
    const wish = BigInt(input.value);
    wishes.set(k, wish < total ? wish : total);
    last = k;
    draw(input);
  }

  for (const inputs of [sliders, fields]) {
    inputs.forEach((input, k) => input.addEventListener("input", () => take(input, k)));
  }
  fields.forEach((field) => field.addEventListener("change", () => draw()));
  keep.addEventListener("change", () => draw());
  save.addEventListener("click", () => {
    const few = fewest(group, shown, wishes.keys());
    const named = /^[a-z0-9][a-z0-9_-]*$/.test(name.value) ? name.value : suggestedName(few);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([asFile(group, named, shown, few)], { type: "application/yaml" }));
    link.download = `${named}.yaml`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  find("button").addEventListener("click", () => {
    wishes.clear();
    last = null;
    draw();
  });
  draw();
  panel.hidden = false;
}

JSON.parse(document.getElementById("so-lieu-trong-so").textContent).forEach((data, i) => {
  start(document.getElementById(`thu-trong-so-${i}`), groupOf(data));
});
document.getElementById("can-javascript").hidden = true;
