"""A second reader: an edition scored again from its files by LANGUAGE.md alone.

It imports nothing of ictindex: somebody wrote it who had only the texts. Where text, package and this differ,
one of them is wrong. Exact fractions throughout; it trusts that the files are without findings.
"""

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction as F
from hashlib import sha256
from math import lcm, prod
from pathlib import Path

import yaml

REASONS = ["late", "incomplete", "untrue", "no_evidence", "cancelled"]  # the order in which they are named


class OutOfRange(Exception):
    """A figure that gives no points between 0 and the maximum: a finding."""


# --- numbers ------------------------------------------------------------------------------------------------

LONG, SHORT = Context(prec=100), Context(prec=30, rounding=ROUND_HALF_EVEN)


def decimal(x):
    return LONG.divide(Decimal(x.numerator), Decimal(x.denominator))


def short(x):
    """The nearest number of 30 significant digits."""
    return F(SHORT.plus(x))


def root_of(n, k):
    """The k-th root of a whole number where it is whole, else None."""
    low, high = 0, 1 << (n.bit_length() // k + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**k < n else (low, middle)
    return low if low**k == n else None


def exact_power(x, e):
    """x > 0 to the power e where that is rational, else None."""
    roots = root_of(x.numerator, e.denominator), root_of(x.denominator, e.denominator)
    return None if None in roots else F(*roots) ** e.numerator


def long_power(x, e):
    return LONG.power(decimal(x), decimal(e))


def power(x, e):
    exact = exact_power(x, e)
    return short(long_power(x, e)) if exact is None else exact


def scaled(x, scale):
    """The value, its square root or its natural logarithm."""
    if scale is None:
        return x
    if x < 0 or (x == 0 and scale == "logarithm"):
        raise OutOfRange(f"{scale} of {x}")
    if scale == "root":
        return power(x, F(1, 2)) if x else x
    return F(0) if x == 1 else short(decimal(x).ln(LONG))


def rounded(x, digits, how):
    y = abs(x) * 10**digits
    n = {"half_up": (y + F(1, 2)).__floor__(), "half_even": round(y), "down": y.__floor__()}[how]
    return F(n if x >= 0 else -n, 10**digits)


def median(values):
    values, half = sorted(values), len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def mean_of(stated, shares, weights):
    """One share of those that count, by any aggregate but a sum."""
    how, zeros = stated["aggregate"], stated.get("zeros", "zero")
    weights = [w / sum(weights) for w in weights]
    if how in ("mean", "weights"):
        return sum(w * s for w, s in zip(weights, shares, strict=True))
    if how in ("minimum", "median"):
        return min(shares) if how == "minimum" else median(shares)
    shares = shares if zeros == "zero" else [max(s, F(zeros)) for s in shares]
    p = F(stated["power"]) if how == "power" else F({"harmonic": -1, "geometric": 0}[how])
    if p <= 0 and 0 in shares:
        return F(0)
    if len({*shares}) == 1:
        return shares[0]
    if how == "geometric":
        common = lcm(*(w.denominator for w in weights))
        return power(prod(s ** int(w * common) for w, s in zip(weights, shares, strict=True)), F(1, common))
    there = [(w, s) for w, s in zip(weights, shares, strict=True) if s]
    parts = [exact_power(s / max(shares), p) for _, s in there]
    if None not in parts:
        part = exact_power(sum(w * x for (w, _), x in zip(there, parts, strict=True)), 1 / p)
        if part is not None:
            return part * max(shares)
    inside = Decimal(0)
    for w, s in there:
        inside = LONG.add(inside, LONG.multiply(decimal(w), long_power(s, p)))
    return short(LONG.power(inside, decimal(1 / p)))


# --- files --------------------------------------------------------------------------------------------------


def table(path):
    """The rows of a file; None where there is none."""
    if not path.exists():
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in file if not line.lower().startswith("sep=")]
    rows = csv.DictReader(lines, delimiter=max(",;\t", key=lines[0].count))
    return [{key: (cell or "").strip() for key, cell in row.items() if key} for row in rows]


def moment(text):
    """A day, which is its beginning, or a time; Vietnam's unless it says otherwise."""
    if "/" in text:
        text = "-".join(part.zfill(2) for part in reversed(text.split("/")))
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None) + timedelta(hours=7)


def load(path):
    """Every scalar stays text: exact, and the key `on` is no yes."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def methodology(folder, name):
    """methodologies/<name>.yaml, or what an amendment of that name makes of one."""
    if (folder / f"{name}.yaml").exists():
        return load(folder / f"{name}.yaml")
    amendment = load(folder / "amendments" / f"{name}.yaml")
    data = methodology(folder, amendment["amends"])
    for path, new in amendment["changes"].items():
        *above, last = path.split(".")
        place = data
        for key in above:
            place = place[key]
        place[last] = new
        if new in ("null", "~", ""):
            del place[last]
    return data


# --- the tree -----------------------------------------------------------------------------------------------


@dataclass
class Node:
    id: str  # the dotted path of keys; 'total'
    data: dict
    parent: "Node | None" = None
    children: list = field(default_factory=list)

    @property
    def path(self):
        """This node and those above it, without the total."""
        return [self, *self.parent.path] if self.parent else []

    @property
    def below(self):
        """This node and all below it."""
        return [self, *(each for child in self.children for each in child.below)]

    @property
    def regular(self):
        return [child for child in self.children if not child.kind]

    @property
    def kind(self):
        return self.data.get("counts_as")

    def is_or_stands_below(self, *kinds):
        return any(node.kind in kinds for node in self.path)

    @property
    def rule(self):
        """The kind of its rule, and what the rule states."""
        return kind_of(self.data["rule"])

    def missing(self, unless):
        return self.data.get("missing") or (self.parent.missing(unless) if self.parent else unless)

    def most(self, group):
        most = self.data["max_points"]
        most = most.get(group, "not_applicable") if isinstance(most, dict) else most
        return None if most == "not_applicable" else F(most)

    def weight(self, child, group):
        return child.most(group) if self.data["aggregate"] == "sum" else F(child.data.get("weight", 1))


def tree(m):
    def hang(parent, criteria, above):
        for key, data in criteria.items():
            node = Node(above + key, data, parent)
            parent.children.append(node)
            hang(node, data.get("criteria", {}), f"{node.id}.")
        return parent

    return hang(Node("total", m["total"]), m["criteria"], "")


def kind_of(rule):
    ((kind, stated),) = rule.items()
    return kind, stated


def terms(part):
    """`of` or `per` as (sign, answer); a number has none."""
    if isinstance(part, dict):
        return [(1, a) for a in part["plus"]] + [(-1, a) for a in part.get("minus", [])]
    return [(1, part)] if part and part[0].isalpha() else []


def reads(rule):
    """The answers in the order in which the rule names them."""
    kind, stated = kind_of(rule)
    if kind in ("sum_of", "best_of"):
        return list(dict.fromkeys(a for case in stated for a in reads(case["rule"])))
    if isinstance(stated, str):
        return [stated]
    return list(dict.fromkeys(a for _, a in terms(stated["of"]) + terms(stated.get("per"))))


# --- what stands for every answer ---------------------------------------------------------------------------


@dataclass
class Answer:
    value: object = None
    state: str = ""  # missing, not_applicable, withheld, zero_…; else it was given
    established: bool = False  # by somebody else than the unit


class Edition:
    def __init__(self, root, name):
        self.root, self.name, self.tables = root, name, {}
        self.run = load(root / "parameters" / f"{name}.yaml")
        self.m = methodology(root / "parameters" / "methodologies", self.run["methodology"])
        self.folder = root / "inputs" / self.run["inputs"]
        self.mark = load(self.folder / "sources.yaml").get("decimal", ".")
        self.total, self.asked = tree(self.m), self.m["answers"]
        self.nodes = {node.id: node for node in self.total.below}
        self.leaves = [node for node in self.nodes.values() if not node.children]
        self.units = {row["entity"]: row for row in self.table("entities")}
        for row in self.units.values():
            row["group"] = row.get("group") or next(iter(self.m["groups"]))
        self.answers = self.declared() | self.last_year()
        self.secret = self.hidden()
        self.derived = []  # the cancellations that follow from tests
        if "online_services" in self.m:
            self.count_services()
        decided = {"upheld": 1, "rejection": 1, "correction": 1, "restored": 2}
        events = self.derived + [r | {"at": moment(r["at"])} for r in self.table("events") or []]
        self.events = sorted(events, key=lambda e: (e["at"], decided.get(e["event"], 0)))
        self.correct()
        self.zeros = {unit: self.zeros_of(unit) for unit in self.units}

    def table(self, name):
        if name not in self.tables:
            self.tables[name] = table(self.folder / f"{name}.csv")
        return self.tables[name]

    def open_rule(self, stated, name, default=None):
        """A plain value is fixed, an open one a parameter of the run."""
        if isinstance(stated, dict):
            return self.run.get(name, stated["open"])
        return default if stated is None else stated

    def parse(self, answer, text):
        kind = self.asked[answer]["kind"]
        if kind == "yes_no":
            return F(text.lower() in YES)
        return text if kind in ("choice", "text") else self.number(text)

    def number(self, text):
        return F(text.replace(" ", "").replace(self.mark, "."))

    def of_unit(self, leaf):
        """The answers of a criterion that the unit is asked: no marks, no last year's."""
        others = {a for a, spec in self.asked.items() if spec["kind"] == "mark" or "last_year_of" in spec}
        return [a for a in reads(leaf.data["rule"]) if a not in others]

    def applies(self, node, unit):
        row = self.units[unit]
        names = {unit, *(name.strip() for name in row.get("alias", "").split(";"))}
        return not any(
            n.most(row["group"]) is None
            or names & {*n.data.get("exempt", {}).get("entities", [])}
            or any(row[key] not in values for key, values in n.data.get("applies", {}).items())
            for n in node.path
        )

    def declared(self):
        """Declared and appraised; what has no row is missing, a mark is what the marks come to."""
        stand = {(unit, answer): Answer(state="missing") for unit in self.units for answer in self.asked}
        for row in self.table("answers"):
            key, state = (row["entity"], row["answer"]), row.get("state", "")
            award = key in stand and self.asked[key[1]]["kind"] == "award"
            text = row.get("verified") or ("" if award else row["value"])  # an award is once it is awarded
            if row.get("verified") and state in ("missing", "not_applicable"):
                state = ""
            if key in stand and (text or state):
                value = self.parse(key[1], text) if text and state != "withheld" else None
                stand[key] = Answer(value, state, bool(row.get("verified")))
        given = {}
        for row in self.table("marks") or []:
            if row["mark"]:
                given.setdefault((row["entity"], row["answer"]), []).append(row)
        for key, rows in given.items():
            stand[key] = Answer(self.settled(rows))
        return stand

    def settled(self, rows):
        """The adjudicators' mean, else what the reviewers' marks come to."""
        which = {("adjudicator", "1"): [], ("reviewer", "1"): [], ("reviewer", "2"): []}
        for row in rows:
            which[row["role"], row.get("round") or "1"].append(self.number(row["mark"]))
        third, first, again = which.values()
        own = again if again and len(again) == len(first) else first
        combine = self.m.get("review", {}).get("combine", "mean")
        return {
            "mean": lambda marks: sum(marks) / len(marks),
            "median": median,
            "lowest": min,
            "highest": max,
        }["mean" if third else combine](third or own)

    def hidden(self):
        """Withheld, and what only criteria read that read such: only whether it was given counts."""
        secret = {key for key, answer in self.answers.items() if answer.state == "withheld"}
        for unit in {unit for unit, _ in secret}:
            leaves = [reads(leaf.data["rule"]) for leaf in self.leaves if self.applies(leaf, unit)]
            closed = [names for names in leaves if any((unit, a) in secret for a in names)]
            shown = {a for names in leaves if names not in closed for a in names}
            read = {(unit, a) for names in closed for a in names if a not in shown}
            for key in read - secret:
                self.answers[key].value = None
            secret = secret | read
        return secret

    def count_services(self):
        """The recognised procedures replace what a unit declares; a revoked one cancels."""
        of = self.m["online_services"]["counted_as"]
        listed, tests = {}, {}
        for row in self.table("services") or []:
            if (row["entity"], of) not in self.secret:
                listed.setdefault(row["entity"], []).append(row)
        for row in self.table("service_tests") or []:
            tests.setdefault((row["entity"], row["service"]), []).append(row | {"at": moment(row["at"])})
        extract = self.table("procedures")
        category = next(leaf.path[-1].id for leaf in self.leaves if of in reads(leaf.data["rule"]))
        for unit, rows in listed.items():
            for row in rows:
                names = [p["procedure"] for p in extract or [] if p.get("entity", "") in ("", unit)]
                row["found"] = row["in_database"] in YES and (extract is None or row["procedure"] in names)
                row["state"], revoked = found_by(tests.get((unit, row["service"]), []))
                if revoked and "cancelled" in self.m.get("zero_rules", {}) and not self.statistics_only(unit):
                    event = {"entity": unit, "criterion": category, "event": "cancelled", "at": revoked}
                    self.derived.append(event)
            count = F(len({r["procedure"] for r in rows if r["found"] and self.recognised(unit, r, rows)}))
            self.establish((unit, of), count)
            for leaf in self.leaves:
                for part in shares_of(leaf.data["rule"], of):
                    value = self.answers[unit, part].value
                    if value is not None and value > count:
                        self.establish((unit, part), count)

    def statistics_only(self, unit):
        only = self.m["online_services"].get("statistics_only", {}).get("entities", [])
        return bool({unit, *self.units[unit].get("alias", "").split(";")} & {*only})

    def establish(self, key, value):
        if key not in self.secret and self.answers[key].value != value:
            self.answers[key] = Answer(value, "", True)

    def recognised(self, unit, row, rows):
        rules = self.m["online_services"]
        least, many = (int(self.open_rule(rules[n], n)) for n in ("tested_per_group", "many_services"))
        if row["state"] is not None or not row["group"]:
            return bool(row["state"])
        group = [r for r in rows if r["found"] and r["group"] == row["group"]]
        seed = self.run.get("seed") or self.name
        order = sorted(group, key=lambda r: sha256(f"{seed}|{unit}|{r['service']}".encode()).hexdigest())
        looked_at = [r for r in group if r["state"] is not None or r in order[:least]]
        return (
            self.open_rule(rules["untested"], "untested") == "declared"
            and len(rows) >= many
            and all(r["state"] for r in looked_at)
        )

    def correct(self):
        """The last correction, or objection upheld with a value, ends everything but a secret."""
        for event in self.events:
            key = (event["entity"], event.get("answer", ""))
            if event["event"] in ("correction", "upheld") and event.get("value") and key not in self.secret:
                self.answers[key] = Answer(self.parse(key[1], event["value"]), "", True)

    def last_year(self):
        """What stood for another answer in the edition `previous`."""
        wanted = {a: spec["last_year_of"] for a, spec in self.asked.items() if "last_year_of" in spec}
        if not wanted:
            return {}
        before = Edition(self.root, self.run["previous"])
        came = {unit: before.codes_of(row) for unit, row in self.units.items()}
        stood = {}
        for unit, codes in came.items():
            alone = len(codes) == 1 and sum(codes[0] in each for each in came.values()) == 1
            for answer, of in wanted.items():
                stood[unit, answer] = before.stood(codes[0], of) if alone else Answer(state="missing")
        return stood

    def codes_of(self, row):
        """The units here that a unit of the year after is, or came out of."""
        named = dict.fromkeys([row["entity"], *(c.strip() for c in row.get("predecessor", "").split(";"))])
        left = {c: own.get("successor", "").replace(" ", "").split(";") for c, own in self.units.items()}
        return [c for c in named if c in self.units] or [c for c, to in left.items() if row["entity"] in to]

    def stood(self, unit, answer):
        """What stood, as the year after takes it."""
        own = self.answers[unit, answer]
        if (unit, answer) in self.secret or own.state in ("withheld", "not_applicable"):
            return Answer(state="withheld" if (unit, answer) in self.secret else own.state)
        readers = [leaf for leaf in self.leaves if answer in reads(leaf.data["rule"])]
        places = {node.id for leaf in readers for node in [*leaf.path, self.total]}
        found = {reason for place, reason in self.acting(unit) if place in places} | {own.state[5:]}
        disproved = found & {"untrue", "incomplete", "cancelled"} and not own.established
        return Answer(state="missing") if own.value is None or disproved else Answer(own.value)

    # --- zeros ----------------------------------------------------------------------------------------------

    def acting(self, unit):
        """(Node, reason) of the events that nobody took back."""
        found = []
        for event in self.events:
            place = event["criterion"] or "total"
            if event["entity"] == unit and event["event"] == "restored":
                found = [each for each in found if each[0] != place]
            elif event["entity"] == unit and event["event"] in self.m.get("zero_rules", {}):
                found.append((place, event["event"]))
        return found

    def zeros_of(self, unit):
        """(Reach, node, reason) of each: the reach -1 of the unit, 0 of the report, then the depth."""
        rules = self.m.get("zero_rules", {})
        found = self.acting(unit)
        if "late" in rules and self.late(unit, rules["late"]):
            found.append(("total", "late"))
        register = self.table("evidence")
        shown = {(row["entity"], row["answer"]) for row in register or []} - self.secret
        for leaf in (leaf for leaf in self.leaves if self.applies(leaf, unit)):
            own = {a: self.answers[unit, a] for a in reads(leaf.data["rule"])}
            found += [(leaf.id, a.state[5:]) for a in own.values() if a.state.startswith("zero_")]
            asked, gap = self.of_unit(leaf), first_gap(own.values())
            silent = gap in ("not_applicable", "withheld")
            silent = silent or (gap == "missing" and leaf.missing(self.m["missing"]) == "error")
            silent = silent or leaf.is_or_stands_below("deduction")
            lacking = asked and not silent and not any((unit, a) in shown for a in asked)
            if "no_evidence" in rules and register is not None and lacking and claims(leaf.data["rule"], own):
                found.append((leaf.id, "no_evidence"))
        zeros = set()
        for place, reason in found:
            node = self.nodes[place]
            if self.applies(node, unit):
                falls_on = self.open_rule(rules[reason]["falls_on"], f"zero_{reason}")
                zeros.add((-1 if falls_on == "unit" else len(node.path), place, reason))
        return zeros

    def late(self, unit, rule):
        deadline = self.m["calendar"][rule["deadline"]]
        years, month, day = deadline["date"].lstrip("+").split("-")
        end = datetime(int(self.run["year"]) + int(years), int(month), int(day))
        end += timedelta(days=deadline.get("before") != "true")  # the whole day counts
        own = [event for event in self.events if event["entity"] == unit]
        for event in own:
            if event["event"] == "extension":
                until = moment(event["until"])
                whole = (
                    timedelta(days=1)
                    if until == datetime(*until.timetuple()[:3])
                    else timedelta(microseconds=1)
                )
                end = max(end, until + whole)
        arrival = self.open_rule(rule.get("arrival"), "arrival", "first_clean")
        came = [event["at"] for event in own if event["event"] == "reported"]
        for row in self.table("received") or [] if arrival != "first_clean" else []:
            if row["sender"] == unit and row["form"] == "survey":
                came += [moment(row["at"])] * (arrival == "first_arrival" or row["state"] != "unreadable")
        return bool(came) and min(came) >= end

    def apart(self, unit):
        """Whether a unit is not ranked although its points may be known."""
        whole = any(reason == "cancelled" and reach <= 0 for reach, _, reason in self.zeros[unit])
        if whole or any(e["entity"] == unit and e["event"] == "no_report" for e in self.events):
            return True
        if any(
            node.data.get("coverage", {}).get("below") == "not_ranked" and not self.covered(node, unit)
            for node in self.nodes.values()
        ):
            return True
        least = F(self.open_rule(self.m["ranking"].get("minimum_answered"), "minimum_answered", 0))
        beyond = ("bonus", "deduction")
        asked = {
            a
            for leaf in self.leaves
            if self.applies(leaf, unit) and not leaf.is_or_stands_below(*beyond)
            for a in self.of_unit(leaf)
        }
        states = [self.answers[unit, a].state for a in asked]
        states = [state for state in states if state not in ("not_applicable", "withheld")]
        return sum(state != "missing" for state in states) * 100 < least * len(states)

    def covered(self, node, unit):
        """Whether enough is answered below a node."""
        stated, asked, answered = node.data["coverage"], F(0), F(0)
        for leaf, weight in self.parts(node, self.units[unit]["group"]):
            names = self.of_unit(leaf)
            gap = first_gap(self.answers[unit, a] for a in names)
            if self.applies(leaf, unit) and names and gap not in ("not_applicable", "withheld"):
                part = weight if stated["of"] == "weight" else F(1)
                asked, answered = asked + part, answered + (part if gap == "" else 0)
        return answered * 100 >= F(stated["least"]) * asked

    def parts(self, node, group, part=F(1)):
        """The lowest criteria below a node, each with its part of the weight as stated."""
        if not node.children:
            return [(node, part)]
        near = [child for child in node.regular if child.most(group) is not None]
        whole = sum(node.weight(child, group) for child in near)
        return [
            each
            for child in near
            for each in self.parts(child, group, part * node.weight(child, group) / whole)
        ]


def first_gap(answers):
    """The first that is missing, not applicable or withheld: its state; '' where none is."""
    return next((a.state for a in answers if a.state and not a.state.startswith("zero_")), "")


def claims(rule, answers):
    """Whether a criterion claims points: by the first answer that its rule names; of cases, if any does."""
    kind, stated = kind_of(rule)
    if kind in ("sum_of", "best_of"):
        return any(claims(case["rule"], answers) for case in stated)
    value = answers[reads(rule)[0]].value
    return value is not None and (F(stated["points"][value]) if kind == "choice" else value) != 0


def shares_of(rule, whole):
    """The answers that a rule has as a share of a whole."""
    kind, stated = kind_of(rule)
    if kind in ("sum_of", "best_of"):
        return [part for case in stated for part in shares_of(case["rule"], whole)]
    return (
        [stated["of"]] if kind == "share" and stated["per"] == whole and isinstance(stated["of"], str) else []
    )


YES = ("có", "yes", "1")
WAYS = {
    "direct": ("account", "submission", "tracking"),
    "report": ("in_database", "link_opens", "works"),
    "complaint": (),
}


def found_by(tests):
    """Whether a service is recognised (None: it was not tested), and when it was revoked."""
    state, was_recognised, struck = None, False, False
    for at in sorted({test["at"] for test in tests}):
        now = [test for test in tests if test["at"] == at]  # at one time every test must pass
        complaint = any(test["way"] == "complaint" for test in now)
        failed = any(test[c] not in YES for test in now for c in WAYS[test["way"]])
        if failed and was_recognised and struck:
            return False, at
        struck = complaint or failed
        state, was_recognised = not struck, was_recognised or complaint or not struck
    return state, None


# --- points -------------------------------------------------------------------------------------------------


@dataclass
class Result:
    state: str
    points: F | None = None
    available: F | None = None

    @property
    def counts(self):
        return self.points is not None

    @property
    def share(self):
        return self.points / self.available


class Scores:
    """``of[unit][node]``: a Result; ``places[unit]``: rank and level, '' where there is none."""

    def __init__(self, root, name):
        self.e = Edition(Path(root), name)
        self.nothing = self.e.open_rule(self.e.m.get("nothing_of_nothing"), "nothing_of_nothing", "zero")
        self.group = {unit: row["group"] for unit, row in self.e.units.items()}
        self.apart = {unit for unit in self.e.units if self.e.apart(unit)}
        self.references = {leaf.id: self.references_of(leaf) for leaf in self.e.leaves}
        self.of = {unit: {} for unit in self.e.units}
        for unit in self.e.units:
            self.score(self.e.total, unit)
        self.places = self.ranked()

    def score(self, node, unit):
        for child in node.children:
            self.score(child, unit)
        made = self.added(node, unit) if node.children else self.leaf(node, unit)
        if made.state == "scored":
            if how := node.data.get("rounded"):
                made.points = rounded(made.points, int(how["digits"]), how["how"])
            if node.kind == "deduction":
                made.points = -made.points
        self.of[unit][node.id] = made

    def state(self, leaf, unit):
        """Why a criterion is scored, zero, or has no figures."""
        if not self.e.applies(leaf, unit):
            return "not_applicable"
        own = [self.e.answers[unit, a] for a in reads(leaf.data["rule"])]
        gap = first_gap(own)
        if leaf.is_or_stands_below("deduction"):  # no zero gives it back
            own = [
                Answer(state="missing") if a.value is None and a.state.startswith("zero_") else a for a in own
            ]
            return first_gap(own) or "scored"
        zeros = self.e.zeros[unit]
        here = any(place == leaf.id for _, place, _ in zeros)
        above = {"total", *(node.id for node in leaf.path)}
        acting = [(reach, REASONS.index(why)) for reach, place, why in zeros if reach < 0 or place in above]
        if acting and (here or gap not in ("not_applicable", "withheld")):
            return f"zero_{REASONS[min(acting)[1]]}"
        return gap or "scored"

    def leaf(self, leaf, unit):
        state, most = self.state(leaf, unit), leaf.most(self.group[unit])
        if state == "missing":
            how = leaf.missing(self.e.m["missing"])
            state = {"zero": "zero_missing", "leave_out": "missing", "error": "unknown"}[how]
        if state.startswith("zero_"):
            return Result(state, F(0), most)
        if state != "scored":
            return Result(state)
        if self.nothing == "error" and self.of_nothing(leaf.data["rule"], unit):
            return Result("unknown")
        points, available = self.earned(leaf.data["rule"], most, unit, leaf.id)
        return Result("scored", points, available) if available else Result("not_applicable")

    def amount(self, part, unit):
        own = [sign * self.e.answers[unit, a].value for sign, a in terms(part)]
        return sum(own, F(0)) if own else F(part)

    def of_nothing(self, rule, unit):
        """Whether it, or a case of it, is 0 of 0."""
        kind, stated = kind_of(rule)
        if kind in ("sum_of", "best_of"):
            return any(self.of_nothing(case["rule"], unit) for case in stated)
        over = isinstance(stated, dict) and terms(stated.get("per"))
        return bool(over) and self.amount(stated["of"], unit) == self.amount(stated["per"], unit) == 0

    def measured(self, stated, unit):
        of = self.amount(stated["of"], unit)
        if stated.get("per") is None:
            return of
        per = self.amount(stated["per"], unit)
        if of == per == 0:
            return F(0)
        if per <= 0 or (of < 0 and isinstance(stated["of"], str)):
            raise OutOfRange(f"{unit}: {of} over {per}")
        return of / per

    def compared(self, kind, stated, unit):
        """The value that is held against the group."""
        value = scaled(self.measured(stated, unit), stated.get("scale"))
        if value < 0 and (kind == "of_largest" or stated["by"] == "leader"):
            raise OutOfRange(f"{unit}: {value}")
        return value

    def references_of(self, leaf):
        """Group → the values that others are held against."""
        kind, stated = leaf.rule
        found = {}
        for unit in self.e.units if kind in ("of_largest", "in_group") else ():
            alone = self.nothing != "zero" and self.state(leaf, unit) == "scored"
            if unit in self.apart or (alone and self.of_nothing(leaf.data["rule"], unit)):
                continue
            if self.state(leaf, unit) == "scored":
                found.setdefault(self.group[unit], []).append(self.compared(kind, stated, unit))
        return found

    def earned(self, rule, most, unit, node_id):
        """Points, and of how many."""
        kind, stated = kind_of(rule)
        if kind in ("sum_of", "best_of"):
            cases = [self.earned(case["rule"], F(case["max_points"]), unit, node_id) for case in stated]
            whole = sum if kind == "sum_of" else max
            points, most = whole(p for p, _ in cases), whole(m for _, m in cases)
        elif self.nothing != "zero" and self.of_nothing(rule, unit):
            return (most, most) if self.nothing == "full" else (F(0), F(0))
        else:
            points = self.points(kind, stated, most, unit, node_id)
        if not 0 <= points <= most:
            raise OutOfRange(f"{unit}, {node_id}: {points} of {most}")
        return points, most

    def points(self, kind, stated, most, unit, node_id):
        own = self.e.answers[unit, stated].value if isinstance(stated, str) else None
        if kind in ("value", "awarded"):
            return own
        if kind in ("yes_no", "mark"):
            return own * most / (F(self.e.asked[stated]["max"]) if kind == "mark" else 1)
        if kind == "choice":
            return F(stated["points"][self.e.answers[unit, stated["of"]].value])
        if kind == "count":
            return min(F(stated["most"]), self.amount(stated["of"], unit) * F(stated["each"]))
        if kind in ("of_largest", "in_group"):
            x = self.compared(kind, stated, unit)
            others = self.references[node_id].get(self.group[unit], []) or [x]
            if kind == "of_largest":
                largest = max(others) if unit not in self.apart else max(x, *others)
                return x / largest * most if largest else F(0)
            share = in_group(stated, x, others)
            if stated["by"] != "z_score" or stated.get("outside") == "clip":
                share = min(max(share, F(0)), F(1))
            return share * most
        x = self.measured(stated, unit)
        if kind == "share":
            return x * most
        return bands(x, stated["steps"], most) if kind == "bands" else goalposts(x, stated) * most

    def added(self, node, unit):
        """A node from what stands right below it."""
        own, group = self.of[unit], self.group[unit]
        most = node.most(group)
        if any(own[child.id].state == "unknown" for child in node.children):
            return Result("not_applicable" if most is None else "unknown")
        counted = [child for child in node.regular if own[child.id].counts]
        if not counted:
            words = {own[child.id].state for child in node.regular} - {"not_applicable"}
            return Result(words.pop() if len(words) == 1 else "missing" if words else "not_applicable")
        asks = node.data.get("coverage", {}).get("below") == "not_scored"
        if asks and not self.e.covered(node, unit):
            return Result("uncovered")
        if node.data["aggregate"] == "sum":
            points = sum(own[child.id].points for child in counted)
            most = sum(own[child.id].available for child in counted)
        else:
            shares = [own[child.id].share for child in counted]
            points = most * mean_of(node.data, shares, [node.weight(child, group) for child in counted])
        beyond = {"bonus": F(0), "deduction": F(0)}
        for child in node.children:
            if child.kind and own[child.id].counts:
                beyond[child.kind] += own[child.id].points
        points += beyond["bonus"]
        if "ceiling" in node.data:
            points = min(points, F(node.data["ceiling"]))
        floor = min(points, F(node.data.get("floor", 0)))
        return Result("scored", max(points + beyond["deduction"], floor), most)

    # --- ranks and levels -----------------------------------------------------------------------------------

    def ranked(self):
        total, ranking, rule = self.e.m["total"], self.e.m["ranking"], self.e.open_rule
        on, rank_on = (rule(total["compare_on"], "compare_on"), rule(ranking_on(ranking), "rank_on"))
        printed = int(rule(total["decimals"], "decimals")), rule(total["rounding"], "rounding")
        ties = rule(ranking["ties"], "ties")
        places = dict.fromkeys(self.e.units, ("", ""))

        def value(unit, node_id):
            own = self.of[unit][node_id]
            return own.points if on == "points" or not own.counts else own.share

        def looked_at(unit, node_id):
            own = value(unit, node_id)
            return own if own is None or rank_on != "rounded" else rounded(own, *printed)

        for group in self.e.m["groups"]:
            units = [u for u in self.e.units if self.group[u] == group and u not in self.apart]
            units = [u for u in units if self.of[u]["total"].counts]
            tiers, ahead = [units], 0
            for node_id in ["total", *ranking.get("tie_breaks", [])]:
                tiers = [part for tier in tiers for part in split(tier, node_id, looked_at)]
            for place, tier in enumerate(tiers if units else [], 1):
                rank = {"min": ahead + 1, "dense": place, "max": ahead + len(tier)}[ties]
                for unit in tier:
                    exact = value(unit, "total")
                    level = self.level(unit, exact, rounded(exact, *printed), F(100 * ahead, len(units)))
                    places[unit] = (rank, level)
                ahead += len(tier)
        return places

    def level(self, unit, exact, printed, ahead):
        levels = self.e.m.get("levels")
        if not levels:
            return ""
        on = self.e.open_rule(levels.get("decided_on"), "levels_on", "exact")
        for level in levels["list"]:
            each = {c.id: level["each_category"] for c in self.e.total.regular if "each_category" in level}
            asks = [(self.of[unit][c], F(least)) for c, least in (each | level.get("categories", {})).items()]
            if (
                (exact if on == "exact" else printed) >= F(level.get("low", 0))
                and ahead < F(level.get("top", 101))
                and all(own.share * 100 >= least for own, least in asks if own.counts)
            ):
                return level["label_vi"]
        return ""


def ranking_on(ranking):
    return ranking["rank_on"] if "rank_on" in ranking else ranking["on"]


def split(tier, node_id, looked_at):
    """Units that are alike told apart, the best first; by no category at which one of them has no value."""
    values = {unit: looked_at(unit, node_id) for unit in tier}
    if None in values.values():
        return [tier]
    return [[u for u in tier if values[u] == x] for x in sorted({*values.values()}, reverse=True)]


def bands(x, steps, most):
    for step in steps:
        if F(step["low"]) <= x and ("high" not in step or x < F(step["high"])):
            return F(step["points"]) if "points" in step else x * most / F(step["full"])
    raise OutOfRange(f"{x} is in no step")


def goalposts(x, stated):
    worst, best = F(stated["worst"]), F(stated["best"])
    if stated.get("outside") == "clip":
        x = min(max(x, min(worst, best)), max(worst, best))
    x, worst, best = (scaled(each, stated.get("scale")) for each in (x, worst, best))
    return (x - worst) / (best - worst)


def in_group(stated, x, others):
    """The part of the maximum that a value has among those of its group."""
    smallest = stated.get("best") == "smallest"
    low, high = min(others), max(others)
    worst, best = (high, low) if smallest else (low, high)
    if stated["by"] == "z_score":
        mean = sum(others) / len(others)
        variance = sum((each - mean) ** 2 for each in others) / len(others)
        apart = (x - mean) / power(variance, F(1, 2)) if variance else F(0)
        return F(stated["centre"]) + F(stated["each"]) * (-apart if smallest else apart)
    if stated["by"] == "min_max":
        return (x - worst) / (best - worst) if best != worst else F(1)
    if stated["by"] == "leader":
        above, below = (best, x) if smallest else (x, best)
        return above / below if below else F(above == below)
    behind = sum(each > x if smallest else each < x for each in others)
    itself = x in others  # one that is not ranked has what a ranked one of its value has
    alike, many = others.count(x) - itself, len(others) - itself
    return (behind + F(alike, 2)) / many if many else F(1)
