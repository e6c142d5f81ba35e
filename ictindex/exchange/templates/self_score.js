// What a unit's figures come to: ictindex/scoring/rules.py and outcomes.py again, in fractions [above, below] of BigInt.

const fraction = (text) => text.split("/").map(BigInt);
const zero = [0n, 1n];
const plus = ([a, b], [c, d]) => [a * d + c * b, b * d];
const times = ([a, b], [c, d]) => [a * c, b * d];
const over = ([a, b], [c, d]) => (c < 0n ? [-a * d, -b * c] : [a * d, b * c]);
const less = ([a, b], [c, d]) => a * d < c * b;
const largest = (one, other) => (less(one, other) ? other : one);
const isZero = (value) => Array.isArray(value) && value[0] === 0n;

class OutOfRange extends Error {}

const minus = (one, other) => plus(one, times([-1n, 1n], other));

// An answer, a number, or answers added up and taken off.
function amount(part, value) {
  if (typeof part === "string") return value(part);
  if (part.number) return fraction(part.number);
  return part.minus.map(value).reduce(minus, part.plus.map(value).reduce(plus, zero));
}

// What a rule measures: an answer, or one over another; nothing of nothing is 0.
function measured({ of, per }, value) {
  const above = amount(of, value);
  if (!per) return above;
  const below = amount(per, value);
  if (isZero(above) && isZero(below)) return zero;
  if ((less(above, zero) && !of.plus) || !less(zero, below)) throw new OutOfRange();
  return over(above, below);
}

// Between two goalposts; of a logarithm or a root a near figure, as this is no result but a self-score.
function betweenGoalposts(rule, value, most) {
  let own = measured(rule, value);
  const ends = [fraction(rule.worst), fraction(rule.best)];
  const [low, high] = less(...ends) ? ends : [ends[1], ends[0]];
  const beyond = less(own, low) || less(high, own);
  if (beyond && rule.outside !== "clip") throw new OutOfRange();
  if (beyond) own = less(own, low) ? low : high;
  const same = (one, other) => !less(one, other) && !less(other, one);
  if (same(own, ends[0])) return zero;
  if (same(own, ends[1])) return most;
  const onScale = { logarithm: (x) => nearly(Math.log(asNumber(x))), root: (x) => nearly(Math.sqrt(asNumber(x))) }[rule.scale] ?? ((x) => x);
  const [at, worst, best] = [own, ...ends].map(onScale);
  return times(over(minus(at, worst), minus(best, worst)), most);
}

function ofRule(rule, value, most) {
  switch (rule.kind) {
    case "value": case "awarded": {
      const own = value(rule.of);
      return typeof own === "boolean" ? [own ? 1n : 0n, 1n] : own;
    }
    case "share": return times(measured(rule, value), most);
    case "goalposts": return betweenGoalposts(rule, value, most);
    case "bands": {
      const own = measured(rule, value);
      const step = rule.steps.find(({ low, high }) => !less(own, fraction(low)) && (high === null || less(own, fraction(high))));
      if (!step) throw new OutOfRange();
      return step.points === null ? over(times(own, most), fraction(step.full)) : fraction(step.points);
    }
    case "yes_no": return value(rule.of) ? most : zero;
    case "choice": return fraction(rule.points[value(rule.of)]);
    case "count": {
      const counted = times(fraction(rule.each), value(rule.of));
      return less(counted, fraction(rule.most)) ? counted : fraction(rule.most);
    }
    case "sum_of": return rule.cases.map((each) => points(each.rule, value, fraction(each.most))).reduce(plus, zero);
    case "best_of": return rule.cases.map((each) => points(each.rule, value, fraction(each.most))).reduce(largest);
  }
  throw new OutOfRange();
}

function points(rule, value, most) {
  const earned = ofRule(rule, value, most);
  if (less(earned, zero) || less(most, earned)) throw new OutOfRange();
  return earned;
}

function ofNothing(rule, value) {
  if (rule.cases) return rule.cases.some((each) => ofNothing(each.rule, value));
  return Boolean(rule.per) && !rule.per.number && isZero(amount(rule.of, value)) && isZero(amount(rule.per, value));
}

// Points, and the most that could have been earned.
function earned(rule, value, most, nothing) {
  if (nothing === "zero" || !ofNothing(rule, value)) return [points(rule, value, most), most];
  if (rule.per && !rule.per.number) return nothing === "full" ? [most, most] : [zero, zero];
  const cases = rule.cases.map((each) => earned(each.rule, value, fraction(each.most), nothing));
  return [0, 1].map((k) => cases.map((each) => each[k]).reduce(rule.kind === "sum_of" ? plus : largest));
}

// Points as they are added up: rounded where that is said, below 0 where they are taken off.
function finished({ rounded: how, counts_as }, points) {
  const own = how ? [BigInt(rounded(points, ...how)), 10n ** BigInt(how[0])] : points;
  return counts_as === "deduction" ? times([-1n, 1n], own) : own;
}

// Points with bonuses, up to the ceiling, then without deductions, down to the floor.
function bounded({ floor, ceiling }, points, beyond) {
  const smallest = (one, other) => (less(one, other) ? one : other);
  const sum = (kind) => beyond.filter(([child]) => child.counts_as === kind).map(([, each]) => each.points).reduce(plus, zero);
  let own = plus(points, sum("bonus"));
  if (ceiling !== null) own = smallest(own, fraction(ceiling));
  return largest(plus(own, sum("deduction")), smallest(own, floor === null ? zero : fraction(floor)));
}

// A criterion: {points, available}, both null where nothing counts; ``wrong`` where a figure cannot be used.
function leafScore(leaf, figure, nothing) {
  const none = { points: null, available: null };
  const most = fraction(leaf.most);
  const gap = leaf.reads.map(figure).find((each) => !("value" in each));
  if (gap?.wrong) return { ...none, wrong: true };
  if (gap?.state) return none;
  if (gap) return leaf.missing === "zero" ? { points: zero, available: most } : { ...none, waits: leaf.missing === "error" };
  const value = (code) => figure(code).value;
  if (nothing === "error" && ofNothing(leaf.rule, value)) return { ...none, waits: true };
  try {
    const [got, of] = earned(leaf.rule, value, most, nothing);
    return of[0] === 0n ? none : { points: finished(leaf, got), available: of };
  } catch (error) {
    if (!(error instanceof OutOfRange)) throw error;
    return { ...none, unusable: true };
  }
}

const asNumber = (value) => Number(rounded(value, 18, "half_up")) / 1e18;
const nearly = (number) => [BigInt(Math.round(number * 1e15)), 10n ** 15n];

// One share of those that count, as the node says; a root is a near figure, as this is no result but a self-score.
function meanOf({ aggregate, power, zeros }, shares, weights) {
  const total = weights.reduce(plus, zero);
  const mean = (values) => over(values.map((each, i) => times(weights[i], each)).reduce(plus, zero), total);
  if (["mean", "weights"].includes(aggregate)) return mean(shares);
  const ordered = [...shares].sort((one, other) => (less(one, other) ? -1 : less(other, one) ? 1 : 0));
  if (aggregate === "minimum") return ordered[0];
  if (aggregate === "median") {
    const half = [ordered[(ordered.length - 1) >> 1], ordered[ordered.length >> 1]];
    return over(half.reduce(plus), [2n, 1n]);
  }
  const raised = zeros === null ? shares : shares.map((each) => largest(each, fraction(zeros)));
  const p = aggregate === "power" ? asNumber(fraction(power)) : aggregate === "harmonic" ? -1 : 0;
  if (p <= 0 && raised.some(isZero)) return zero;
  if (p === -1) return over([1n, 1n], mean(raised.map(([above, below]) => [below, above])));
  const weighted = (values) => values.reduce((sum, each, i) => sum + asNumber(weights[i]) * each, 0) / asNumber(total);
  const numbers = raised.map(asNumber);
  return nearly(p ? weighted(numbers.map((each) => each ** p)) ** (1 / p) : Math.exp(weighted(numbers.map(Math.log))));
}

// Whether less is filled in below a node than it asks for; what does not apply is not asked.
function isShort({ least, parts }, figure) {
  let [answered, asked] = [zero, zero];
  for (const [reads, weight] of parts) {
    const gap = reads.map(figure).find((each) => !("value" in each));
    if (gap?.state) continue;
    asked = plus(asked, fraction(weight));
    if (!gap) answered = plus(answered, fraction(weight));
  }
  return less(times(answered, [100n, 1n]), times(fraction(least), asked));
}

// Every criterion's score by its id; what a unit cannot know, or has not filled in yet, does not count.
function selfScores({ nodes, nothing }, figure) {
  const scores = {};
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const score = (node) => {
    const below = node.below.map((id) => [byId.get(id), score(byId.get(id))]);
    if (!node.below.length) return (scores[node.id] = node.why ? { points: null, available: null } : leafScore(node, figure, nothing));
    const there = below.filter(([, each]) => each.available !== null);
    const counted = there.filter(([child]) => !child.counts_as);
    const beyond = there.filter(([child]) => child.counts_as);
    const made = (points, available) => (scores[node.id] = { points: finished(node, bounded(node, points, beyond)), available });
    if (!counted.length || (node.coverage && isShort(node.coverage, figure))) return (scores[node.id] = { points: null, available: null });
    if (node.aggregate === "sum") {
      const added = (part) => counted.map(([, each]) => each[part]).reduce(plus, zero);
      return made(added("points"), added("available"));
    }
    const most = fraction(node.most);
    const shares = counted.map(([, each]) => over(each.points, each.available));
    const weights = counted.map(([child]) => fraction(node.weights[child.id]));
    return made(times(most, meanOf(node, shares, weights)), most);
  };
  score(nodes[nodes.length - 1]);
  return scores;
}
