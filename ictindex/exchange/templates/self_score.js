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

// What a rule measures: an answer, or one over another; nothing of nothing is 0.
function measured({ of, per }, value) {
  if (!per) return value(of);
  if (isZero(value(of)) && isZero(value(per))) return zero;
  if (less(value(of), zero) || !less(zero, value(per))) throw new OutOfRange();
  return over(value(of), value(per));
}

function ofRule(rule, value, most) {
  switch (rule.kind) {
    case "value": case "awarded": {
      const own = value(rule.of);
      return typeof own === "boolean" ? [own ? 1n : 0n, 1n] : own;
    }
    case "share": return times(measured(rule, value), most);
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
  return Boolean(rule.per) && isZero(value(rule.of)) && isZero(value(rule.per));
}

// Points, and the most that could have been earned.
function earned(rule, value, most, nothing) {
  if (nothing === "zero" || !ofNothing(rule, value)) return [points(rule, value, most), most];
  if (rule.per) return nothing === "full" ? [most, most] : [zero, zero];
  const cases = rule.cases.map((each) => earned(each.rule, value, fraction(each.most), nothing));
  return [0, 1].map((k) => cases.map((each) => each[k]).reduce(rule.kind === "sum_of" ? plus : largest));
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
    return of[0] === 0n ? none : { points: got, available: of };
  } catch (error) {
    if (!(error instanceof OutOfRange)) throw error;
    return { ...none, unusable: true };
  }
}

// Every criterion's score by its id; what a unit cannot know, or has not filled in yet, does not count.
function selfScores({ nodes, nothing }, figure) {
  const scores = {};
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const score = (node) => {
    const below = node.below.map((id) => [byId.get(id), score(byId.get(id))]);
    if (!node.below.length) return (scores[node.id] = node.why ? { points: null, available: null } : leafScore(node, figure, nothing));
    const counted = below.filter(([, each]) => each.available !== null);
    if (!counted.length) return (scores[node.id] = { points: null, available: null });
    if (node.adds) {
      const added = (part) => counted.map(([, each]) => each[part]).reduce(plus, zero);
      return (scores[node.id] = { points: added("points"), available: added("available") });
    }
    const weight = ([child]) => fraction(node.weights[child.id]);
    const shares = counted.map((each) => times(weight(each), over(each[1].points, each[1].available))).reduce(plus, zero);
    const most = fraction(node.most);
    return (scores[node.id] = { points: over(times(most, shares), counted.map(weight).reduce(plus, zero)), available: most });
  };
  score(nodes[nodes.length - 1]);
  return scores;
}
