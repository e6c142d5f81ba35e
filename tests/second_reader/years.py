"""Years made up at random, as files: methodologies with all that the language has, facts with any reason."""

import csv
import json
import re
from fractions import Fraction as F
from pathlib import Path
from random import Random

AGGREGATES = ("sum", "mean", "weights", "geometric", "harmonic", "power", "minimum", "median")
COMPARING = ("of_largest", "in_group", "mark", "awarded")  # rules that no case may have
RULES = ("value", "share", "goalposts", "bands", "yes_no", "choice", "count", "sum_of", "best_of", *COMPARING)
UNTIL = ("2020-12-30", "2021-01-01", "2021-01-02", "2021-01-02T09:00")
GAPS = ("missing", "missing", "not_applicable", "withheld", "withheld")
ZEROS = ("incomplete", "untrue", "no_evidence", "cancelled")
DIRECT, REPORT = ("account", "submission", "tracking"), ("in_database", "link_opens", "works")
CLAUSE = {"citation": {"clause": "Điều 1"}}
WHY = {"why_vi": "Không văn bản nào nêu"}
SIGNED = {"why": "kiểm tra", "who": "Hội đồng", "paper": "Biên bản 1"}
COLUMNS = {
    "entities": "entity label_vi group size alias predecessor successor",
    "answers": "entity answer value verified why who at state paper",
    "marks": "entity answer reviewer role mark why round",
    "events": "entity criterion event at until why answer value who paper",
    "evidence": "entity answer file sha256 reference",
    "received": "sender form file sha256 at state why",
    "services": "entity service procedure label_vi level link group application in_database",
    "service_tests": "entity service at inspector way why " + " ".join((*DIRECT, *REPORT)),
    "procedures": "procedure label_vi entity",
}


class Year:
    """``written(root)`` writes an edition, and the one before where its rules read last year's answers."""

    def __init__(self, seed, before=None):
        self.r, self.name = Random(f"year {seed}"), f"y{seed}"
        self.groups = ["g1", "g2"][: self.r.choice((1, 2, 2))]
        self.answers, self.draws, self.pairs = {}, {}, []  # answer -> what it is; how a value is drawn
        self.loose = self.r.random() < 0.1  # whether figures may give more points than there are
        self.secretive = self.r.random() < 0.2  # whether much is withheld, and much corrected
        self.codes = [f"U{i}" for i in range(self.r.randrange(2, 8))]
        self.before, self.services = before, None
        self.year = 2020
        if before:
            before.year = 2019

    def maybe(self, chance):
        return self.r.random() < chance

    # --- the methodology ------------------------------------------------------------------------------------

    def ask(self, kind, draw, **spec):
        """A new answer, or one that is asked already."""
        spec = {"label_vi": "Hỏi", "kind": kind, **spec}
        alike = [a for a, own in self.answers.items() if own == spec and a not in sum(self.pairs, ())]
        if draw and alike and self.maybe(0.3):
            return self.r.choice(alike)
        name = f"a{len(self.answers)}"
        self.answers[name], self.draws[name] = spec, draw
        return name

    def pair(self):
        """Two counts of which the first is a part of the second."""
        if not self.pairs or self.maybe(0.7):
            of, per = (self.ask("count", None) for _ in range(2))
            self.draws[of] = lambda: ("below", per)
            self.draws[per] = lambda: str(self.r.choice((0, 0, 3, 10, 30)))
            self.pairs.append((of, per))
        return dict(zip(("of", "per"), self.r.choice(self.pairs), strict=True))

    def whole(self, top, low=0):
        return self.ask("count", lambda: str(self.r.randrange(low, top + 1)))

    def figure(self, top, low=0):
        return self.ask("number", lambda: cell(F(self.r.randrange(low * 10, top * 10 + 1), 10)))

    def flag(self):
        return self.ask("yes_no", lambda: self.r.choice(("có", "không")))

    def ratio(self, below_one=False):
        """An answer, a sum or a difference, over nothing, a number or answers."""
        r, way = self.r, self.r.randrange(5)
        if below_one or way < 2:
            return self.pair()
        of = self.whole(20) if way == 2 else {"plus": [self.whole(9), self.figure(9)]}
        if way == 4:
            of["minus"] = [self.last_year() if self.maybe(0.5) else self.whole(4)]
        per = r.choice(({}, {"per": "5/2"}, {"per": 10}, {"per": {"plus": [self.whole(5), self.whole(9)]}}))
        return {"of": of, **per}

    def last_year(self):
        """A figure of the year before, where there is one."""
        if not self.before:
            return self.whole(4)
        name = f"before{len(self.answers)}"
        self.answers[name] = {"label_vi": "Kỳ trước", "kind": "count", "last_year_of": "kept"}
        return name

    def rule(self, most, depth=0):
        r = self.r
        kind = r.choice(
            [k for k in RULES if not depth or k not in (*COMPARING, *("sum_of", "best_of") * (depth > 1))]
        )
        if kind == "value":
            if most < 1:
                return self.rule(most, depth)
            return {kind: self.flag() if self.maybe(0.2) else self.figure(int(most) + self.loose)}
        if kind == "share":
            return {kind: self.pair()}
        if kind == "of_largest":
            return {kind: r.choice(({"of": self.whole(9)}, self.ratio(below_one=True)))}
        if kind == "goalposts":
            ends = r.choice(((1, 6), (6, 1), ("1/2", 20), (0, 9), (-2, 3)))
            scale = r.choice(({}, {"scale": "logarithm"}, {"scale": "root"}))
            low = min(F(end) for end in ends)
            scale = {} if low < 0 or (low == 0 and scale.get("scale") == "logarithm") else scale
            outside = "clip" if not self.loose else "refuse"
            return {kind: {**self.ratio(), "worst": ends[0], "best": ends[1], **scale, "outside": outside}}
        if kind == "in_group":
            by = {"by": r.choice(("min_max", "leader", "percentile_rank", "z_score"))}
            if by["by"] == "z_score":
                by |= {
                    "centre": "1/2",
                    "each": r.choice(("1/2", "1/20")),
                    "outside": r.choice(("clip", "refuse")),
                }
            of = r.choice(({"of": self.whole(4, low=1)}, {"of": self.whole(5)}, self.ratio()))
            scale = r.choice(({}, {}, {}, {"scale": "logarithm"}, {"scale": "root"}))
            return {kind: {**of, **by, "best": r.choice(("largest", "smallest")), **scale}}
        if kind == "bands":
            first = r.choice(({"points": 0}, {"full": 1}, {"points": number(most / 4)}))
            steps = [
                {"low": 0, "high": "1/3", **first},
                {"low": "1/3", "high": "9/10", "points": number(most / 2)},
            ]
            return {
                kind: {
                    **self.ratio(below_one=True),
                    "steps": [*steps, {"low": "9/10", "points": number(most)}],
                }
            }
        if kind == "yes_no":
            return {kind: self.flag()}
        if kind == "choice":
            choices = {"all": "Đủ", "half": "Một nửa", "none": "Không"}
            of = self.ask("choice", lambda: r.choice([*choices]), choices=choices)
            return {kind: {"of": of, "points": {"all": number(most), "half": number(most / 2), "none": 0}}}
        if kind == "count":
            return {kind: {"of": self.whole(12), "each": "1/4", "most": number(most)}}
        if kind in ("sum_of", "best_of"):
            parts = [most / 4, most * 3 / 4] if kind == "sum_of" else [most, most / 2]
            return {
                kind: [
                    {"label_vi": "Phần", "max_points": number(part), "rule": self.rule(part, depth + 1)}
                    for part in parts
                ]
            }
        if kind == "mark":
            return {kind: self.ask("mark", None, max=10)}
        return {kind: self.ask("award", lambda: cell(F(r.randrange(int(most * 4) + 1), 4)), max=number(most))}

    def node(self, depth, most, below_mean):
        """A criterion; its maximum of the second group may be another, or none."""
        node = {"label_vi": "Tiêu chí", "status": "illustrative"}
        node |= (
            self.inner(depth - 1, most, below_mean)
            if depth and self.maybe(0.6)
            else {"rule": self.rule(most)}
        )
        maxima = node.pop("maxima", dict.fromkeys(self.groups, most))
        if len(self.groups) > 1 and not below_mean and self.maybe(0.12) and "criteria" not in node:
            maxima = maxima | {"g2": None}
        node["maxima"] = maxima
        if self.maybe(0.4):
            node["missing"] = self.r.choice(("zero", "zero", "leave_out", "leave_out", "error"))
        if self.maybe(0.12):
            node["applies"] = {"size": ["big"]}
        if self.maybe(0.08):
            node["exempt"] = {"entities": [self.r.choice(("X0", self.codes[-1]))], **CLAUSE}
        return node

    def inner(self, depth, most, below_mean):
        r, several = self.r, self.r.randrange(1, 4)
        aggregate = r.choice(("sum", "sum", *AGGREGATES))
        each = {"sum": most / several, "mean": most}.get(aggregate, F(4))
        below_mean = below_mean or aggregate == "mean"
        children = {f"c{i}": self.node(depth, each, below_mean) for i in range(several)}
        stated = {"aggregate": aggregate, "criteria": children}
        if aggregate == "power":
            stated["power"] = r.choice((2, "1/2", -2, 3))
        if aggregate in ("geometric", "harmonic") or stated.get("power") == -2:
            stated["zeros"] = r.choice(("zero", "1/100"))
        if aggregate == "weights" or (aggregate in ("geometric", "harmonic", "power") and self.maybe(0.5)):
            weights = r.choice(
                ([[100], [30, 70], [20, 30, 50]], [[1], ["1/3", "2/3"], ["1/3", "1/3", "1/3"]])
            )
            for child, weight in zip(children.values(), weights[several - 1], strict=True):
                child["weight"] = weight
        stated["maxima"] = {}
        for group in self.groups:
            counted = [
                child["maxima"][group] for child in children.values() if child["maxima"][group] is not None
            ]
            whole = sum(counted) if aggregate == "sum" else most
            stated["maxima"][group] = whole if counted else None
        return stated | self.beyond(children, stated["maxima"])

    def beyond(self, children, maxima):
        """Sometimes a bonus, a deduction, where they stop; a minimum to be answered; rounding."""
        r, ends = self.r, {}
        for kind in ("bonus", "deduction"):
            if self.maybe(0.2):
                child = {"label_vi": "Ngoài", "status": "official", "counts_as": kind, **CLAUSE}
                child["maxima"] = {group: most and F(2) for group, most in maxima.items()}
                if self.maybe(0.4):
                    below = {"label_vi": "Trong", "status": "illustrative", "maxima": child["maxima"]}
                    child |= {"aggregate": "mean", "criteria": {"d": {**below, "rule": self.rule(F(2))}}}
                else:
                    child["rule"] = self.rule(F(2))
                if kind == "deduction":
                    child["missing"] = r.choice(("error", "leave_out", "leave_out"))
                    ends["floor"] = r.choice((0, "1/2"))
                elif self.maybe(0.5):
                    ends["ceiling"] = number(max(most or F(0) for most in maxima.values()) + 1)
                children[kind] = child
        if self.maybe(0.35):
            of, below = r.choice(("criteria", "weight")), r.choice(("not_scored", "not_ranked"))
            ends["coverage"] = {"least": r.choice((35, 50, "200/3", 100)), "of": of, "below": below}
        for child in children.values():
            if "criteria" not in child and self.maybe(0.15) and fits(child):
                child["rounded"] = {"digits": 6, "how": r.choice(("half_up", "half_even", "down"))}
        return ends

    def opened(self, *values):
        """A rule that is fixed, or open; then the run may say another value."""
        chosen = self.r.choice(values)
        return chosen if self.maybe(0.4) else {"open": chosen, **WHY}

    def methodology(self):
        r = self.r
        usual = r.choice(("zero", "leave_out", "leave_out", "error"))
        total = self.inner(2, F(12), False)
        while None in total["maxima"].values() or all(s["kind"] == "mark" for s in self.answers.values()):
            self.answers, self.draws, self.pairs = {}, {}, []
            total = self.inner(2, F(12), False)
        if self.maybe(0.5):
            self.add_services(total)
        self.add_kept(total)
        criteria = total.pop("criteria")
        total.pop("coverage", None)
        plain(criteria, usual)
        read = {*re.findall(r'"(\w+)"', json.dumps(criteria, default=str))}
        self.answers = {a: {**spec, "label_vi": f"Hỏi {a}"} for a, spec in self.answers.items() if a in read}
        self.draws = {a: draw for a, draw in self.draws.items() if a in read}
        zeros = {
            why: {"falls_on": self.opened("criterion", "criterion", "unit"), **CLAUSE}
            for why in ZEROS
            if self.maybe(0.8)
        }
        if self.maybe(0.6):
            arrival = (
                {"arrival": self.opened("first_clean", "first_readable", "first_arrival")}
                if self.maybe(0.8)
                else {}
            )
            zeros["late"] = {
                "falls_on": self.opened("criterion", "unit"),
                "deadline": "report",
                **arrival,
                **CLAUSE,
            }
        self.reasons = [*zeros]
        marked = any(spec["kind"] == "mark" for spec in self.answers.values())
        review = {"reviewers": 2, "combine": r.choice(("mean", "median", "lowest", "highest"))}
        review |= {"too_different": 50, "spot_check": 0}
        ranking = {
            "ties": self.opened("min", "dense", "max"),
            r.choice(("on", "rank_on")): self.opened("rounded", "unrounded"),
        }
        if self.maybe(0.5):
            ranking["tie_breaks"] = r.sample([*criteria], r.randrange(1, len(criteria) + 1))
        if self.maybe(0.3):
            ranking["minimum_answered"] = self.opened(50, 90)
        deadline = {"label_vi": "Hạn", "date": "+1-01-01", **CLAUSE}
        self.m = {
            "methodology": self.name,
            "label_vi": "Lập ra để thử",
            "citation": {"title": "Không có văn bản"},
            "groups": {group: {"label_vi": group} for group in self.groups},
            "attributes": {"size": {"label_vi": "Loại", "values": {"big": "Lớn", "small": "Nhỏ"}}},
            "calendar": {"report": deadline | ({"before": True} if self.maybe(0.5) else {})},
            "zero_rules": zeros,
            **({"review": review} if marked else {}),
            **({"online_services": self.services} if self.services else {}),
            **({"levels": self.levels([*criteria])} if self.maybe(0.8) else {}),
            "answers": self.answers,
            "missing": usual,
            **(
                {"nothing_of_nothing": self.opened("zero", "full", "does_not_apply", "error")}
                if self.maybe(0.8)
                else {}
            ),
            "total": {
                "label_vi": "Tổng",
                **total,
                "compare_on": self.opened("points", "share"),
                "decimals": self.opened(0, 1, 3),
                "rounding": self.opened("half_up", "half_even", "down"),
            },
            "ranking": ranking,
            "criteria": criteria,
        }
        stated([self.m["total"], *criteria.values()])
        return self.m

    def add_services(self, total):
        """Another category: how many procedures are recognised, and how many of these are used."""
        for name in ("counted", "used", "procedures"):
            self.answers[name] = {"label_vi": name, "kind": "count"}
        self.draws["counted"] = lambda: str(self.r.randrange(7))
        self.draws["used"] = lambda: ("below", "counted")
        self.draws["procedures"] = lambda: str(self.r.randrange(6, 10))
        leaf = {"label_vi": "Dịch vụ", "status": "illustrative", "maxima": dict.fromkeys(self.groups, F(2))}
        leaves = {
            "reach": {**leaf, "rule": {"share": {"of": "counted", "per": "procedures"}}},
            "use": {**leaf, "rule": {"goalposts": {"of": "used", "worst": 0, "best": 9, "outside": "clip"}}},
            "part": {
                **leaf,
                "rule": {
                    "best_of": [
                        {
                            "label_vi": "A",
                            "max_points": 2,
                            "rule": {"share": {"of": "used", "per": "counted"}},
                        }
                    ]
                },
            },
        }
        self.services = {
            "counted_as": "counted",
            "untested": self.opened("declared", "declared", "open"),
            "tested_per_group": self.opened(1, 2),
            "many_services": self.opened(1, 1, 4),
            **CLAUSE,
        }
        most = {"sum": F(6), "mean": next(iter(total["maxima"].values()))}.get(total["aggregate"], F(4))
        self.add(total, "services", leaves, "sum" if most == 6 else "median", most)

    def add_kept(self, total):
        """An answer that the year after reads, and what it was the year before."""
        self.answers["kept"] = {"label_vi": "kept", "kind": "count"}
        self.draws["kept"] = lambda: str(self.r.randrange(9))
        leaf = {"label_vi": "Giữ", "status": "illustrative", "maxima": dict.fromkeys(self.groups, F(2))}
        own = {
            "own": {**leaf, "rule": {"goalposts": {"of": "kept", "worst": 0, "best": 10, "outside": "clip"}}}
        }
        if self.before:
            self.answers["was"] = {"label_vi": "was", "kind": "count", "last_year_of": "kept"}
            grown = {"of": {"plus": ["kept"], "minus": ["was"]}, "worst": -9, "best": 9, "outside": "clip"}
            own["grown"] = {**leaf, "rule": {"goalposts": grown}}
            if self.maybe(0.3):
                own["then"] = {**leaf, "rule": {"goalposts": {**grown, "of": "was"}}}
        most = {"mean": next(iter(total["maxima"].values()))}.get(total["aggregate"], F(2) * len(own))
        self.add(
            total, "keeps", own, "sum" if most == 2 * len(own) else "mean" if most == 2 else "minimum", most
        )

    def add(self, total, key, leaves, aggregate, most):
        maxima = dict.fromkeys(self.groups, most)
        node = {
            "label_vi": key,
            "status": "illustrative",
            "maxima": maxima,
            "aggregate": aggregate,
            "criteria": leaves,
        }
        children = {k: c for k, c in total["criteria"].items() if not c.get("counts_as")}
        if any("weight" in child for child in children.values()):
            for child in children.values():
                child["weight"] = number(F(1, len(children) + 1))
            node["weight"] = number(F(1, len(children) + 1))
        total["criteria"][key] = node
        if total["aggregate"] == "sum":
            total["maxima"] = {group: own + most for group, own in total["maxima"].items()}
        if "ceiling" in total:
            total["ceiling"] = number(max(total["maxima"].values()) + 1)

    def levels(self, categories):
        regular = [key for key in categories if key not in ("bonus", "deduction")]
        share = self.r.choice((({"low": "3/5"}, {"low": "1/2"}), ({"low": 6}, {"low": 3})))
        drawn = self.r.choice(
            (
                [share[0]],
                [{**share[0], "each_category": 40}, share[0]],
                [{**share[0], "each_category": 30, "categories": {self.r.choice(regular): 70}}, share[1]],
                [{**share[1], "top": 40, "each_category": 20}],
                [{"top": 25}, {"top": 50}, {"top": 100}],
            )
        )
        drawn = drawn if "low" not in drawn[0] else [*drawn, {"low": 0}]
        listed = [{"key": f"l{i}", "label_vi": f"Mức {i}", **asks} for i, asks in enumerate(drawn)]
        decided = {"decided_on": self.opened("exact", "printed")} if self.maybe(0.7) else {}
        return {**CLAUSE, **decided, "list": listed}

    # --- the facts ------------------------------------------------------------------------------------------

    def day(self):
        r = self.r
        day = r.choice(("2020-12-30", "2020-12-31", "2021-01-01", "2021-01-02", "03/01/2021"))
        return r.choice(
            (day, day, f"{day}T10:00" if "-" in day else day, f"{day}T00:30+09:00" if "-" in day else day)
        )

    def facts(self):
        self.rows = {file: [] for file in COLUMNS}
        for i, unit in enumerate(self.codes):
            self.unit(i, unit)
        if self.maybe(0.3):
            self.rows["evidence"] = None
        if self.rows["services"] and self.maybe(0.3):
            names = {row["procedure"] for row in self.rows["services"]}
            kept = [{"procedure": name, "label_vi": "Thủ tục"} for name in sorted(names) if self.maybe(0.7)]
            self.rows["procedures"] = kept

    def unit(self, i, unit):
        r = self.r
        size, group = r.choice(("big", "big", "small")), r.choice(self.groups)
        self.add_row(
            "entities", entity=unit, label_vi=f"Đơn vị {unit}", group=group, size=size, alias=f"X{i}"
        )
        per = {}
        for name, draw in self.draws.items():
            value = draw() if draw else ""
            if isinstance(value, tuple):
                whole = per.setdefault(value[1], self.draws[value[1]]())
                value = str(r.randrange(int(whole) + 1 + self.loose))
            else:
                value = per.setdefault(name, value)
            if draw:
                self.answer(unit, name, value)
            else:
                for who in r.choice(
                    (
                        (),
                        (),
                        ("r0 1",),
                        ("r0 1", "r1 1"),
                        ("r0 1", "r1 1", "r0 2", "r1 2"),
                        ("r0 1", "r1 1", "r0 2"),
                    )
                ):
                    self.mark(unit, name, *who.split(), "reviewer")
                for n in range(r.choice((0, 0, 0, 1, 2))):
                    self.mark(unit, name, f"t{n}", "1", "adjudicator")
        self.happens(unit)
        if self.services and self.maybe(0.7):
            self.lists(unit)

    def add_row(self, table, **cells):
        self.rows[table].append(cells)

    def mark(self, unit, name, who, which, role):
        mark = cell(F(self.r.randrange(21), 2))
        self.add_row(
            "marks", entity=unit, answer=name, reviewer=who, role=role, mark=mark, why="x", round=which
        )

    def answer(self, unit, name, value):
        r, award = self.r, self.answers[name]["kind"] == "award"
        row, state = (
            {"entity": unit, "answer": name},
            r.choice(GAPS) if self.maybe(0.35 if self.secretive else 0.15) else "",
        )
        if self.maybe(0.06) and (known := self.reasons):
            state = f"zero_{r.choice(known)}"
        own = value if not state or (state.startswith("zero_") and self.maybe(0.8)) else ""
        verified = self.maybe(0.8) if award and own else self.maybe(0.08)
        if verified:
            row |= {"verified": own or value, "at": "2021-01-03", "why": "đếm", "who": "HĐTĐ"}
        if state.startswith("zero_"):
            row |= {**SIGNED, "at": "2021-01-03"}
        if self.maybe(0.95):
            self.add_row("answers", **row, value=own, state=state)
        if self.maybe(0.6):
            self.add_row("evidence", entity=unit, answer=name, reference="Công văn")

    def happens(self, unit):
        r, happened = self.r, {}
        for _ in range(r.choice((0, 1, 1, 2))):
            self.add_row("events", entity=unit, event="reported", at=self.day())
        for _ in range(r.choice((0, 0, 1, 2))):
            state = r.choice(("used", "accepted", "superseded", "refused", "unreadable"))
            form = r.choice(("survey", "survey", "slip"))
            row = {"sender": unit, "form": form, "file": "x", "sha256": f"{r.getrandbits(256):064x}"}
            self.add_row("received", **row, at=self.day(), state=state, why="x")
        if self.maybe(0.15):
            self.add_row(
                "events", entity=unit, event="extension", at=self.day(), until=r.choice(UNTIL), **SIGNED
            )
        if self.maybe(0.05):
            self.add_row("events", entity=unit, event="no_report", at=self.day(), **SIGNED)
        nodes = ["", *paths(self.m["criteria"]), "keeps", "keeps.own"]
        for _ in range(r.choice((0, 0, 0, 1, 2))):
            if known := [why for why in self.reasons if why != "late"]:
                at, why = r.choice(nodes), r.choice(known)
                happened[at] = True
                self.add_row("events", entity=unit, criterion=at, event=why, at="2021-01-10", **SIGNED)
        for at in happened:
            if self.maybe(0.4):
                self.add_row("events", entity=unit, criterion=at, event="restored", at="2021-01-10", **SIGNED)
                if self.maybe(0.3) and (known := [why for why in self.reasons if why != "late"]):
                    again = {"criterion": at, "event": r.choice(known), "at": "2021-01-11"}
                    self.add_row("events", entity=unit, **again, **SIGNED)
        for name, draw in self.draws.items():
            if (
                draw
                and not isinstance(value := draw(), tuple)
                and self.maybe(0.3 if self.secretive else 0.06)
            ):
                self.corrects(unit, name, value)
        for name, spec in self.answers.items():
            if "last_year_of" in spec and self.maybe(0.1):
                event = {"event": "correction", "at": "2021-01-15", "answer": name, "value": "3"}
                self.add_row("events", entity=unit, **event, **SIGNED)

    def corrects(self, unit, name, value):
        way = self.r.randrange(3)
        row = {"entity": unit, "answer": name, **SIGNED}
        if way == 0:
            self.add_row("events", **row, event="correction", at="2021-01-15", value=value)
            if self.maybe(0.3):
                self.add_row("events", **row, event="correction", at="2021-01-16", value=self.draws[name]())
        else:
            self.add_row(
                "events", entity=unit, answer=name, event="objection", at="2021-01-15", value=value, why="x"
            )
            if way == 1:
                self.add_row("events", **row, event="upheld", at="2021-01-17", value=value)
            elif self.maybe(0.5):
                self.add_row("events", **row, event="rejection", at="2021-01-17")

    def lists(self, unit):
        """A unit's services, and their tests."""
        r, listed, well = self.r, {}, self.maybe(0.5)
        for n in range(r.randrange(1, 8)):
            procedure = f"P{r.randrange(9)}"
            known = listed.setdefault(procedure, r.choice(("có", "có", "có", "không")))
            row = {
                "service": f"s{n}",
                "procedure": procedure,
                "label_vi": "Dịch vụ",
                "level": "3",
                "link": "x",
            }
            row |= {"group": r.choice(("", "", "A", "A", "A", "B")), "in_database": known}
            self.add_row("services", entity=unit, **row)
            if well:  # most are tested and pass, so that they may stand for the others
                if self.maybe(0.7):
                    self.passes(unit, f"s{n}")
                continue
            for day in range(r.choice((0, 0, 0, 1, 1, 1, 2, 4))):
                for who in range(r.choice((1, 1, 2))):
                    self.tests(unit, f"s{n}", f"2021-01-0{day + 2}", f"k{who}")

    def passes(self, unit, service):
        row = {"entity": unit, "service": service, "at": "2021-01-02", "inspector": "k", "way": "direct"}
        self.add_row("service_tests", **row, **dict.fromkeys(DIRECT, "có"))

    def tests(self, unit, service, at, who):
        row = {"entity": unit, "service": service, "at": at, "inspector": who, "why": "x"}
        way = self.r.choice((*("direct",) * 5, "report", "complaint"))
        asked = {
            "direct": ("account", "submission", "tracking"),
            "report": ("in_database", "link_opens", "works"),
        }
        said = {condition: "có" if self.maybe(0.93) else "không" for condition in asked.get(way, ())}
        self.add_row(
            "service_tests", **row, way=way, **said, **({"account": "không"} if way == "report" else {})
        )

    # --- to files -------------------------------------------------------------------------------------------

    def written(self, root: Path):
        """The name of the edition."""
        if self.before:
            self.before.written(root)
        self.methodology()
        self.edition = edition = f"{self.name}-{self.year}"
        run = {"edition": edition, "methodology": self.name, "year": self.year, "inputs": edition}
        run |= {"previous": self.before.edition} if self.before else {}
        run |= self.chosen()
        self.facts()
        if self.before:
            self.descend()
        store(root / "parameters" / "methodologies" / f"{self.name}.yaml", self.m)
        store(root / "parameters" / f"{edition}.yaml", run)
        folder = root / "inputs" / edition
        folder.mkdir(parents=True, exist_ok=True)
        files = {file: self.r.sample(rows, len(rows)) for file, rows in self.rows.items() if rows}
        for file, rows in files.items():
            with (folder / f"{file}.csv").open("w", encoding="utf-8", newline="") as out:
                columns = [
                    c
                    for c in COLUMNS[file].split()
                    if c != "group" or file != "entities" or len(self.groups) > 1
                ]
                table = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
                table.writeheader()
                table.writerows(rows)
        about = {f"{file}.csv": {"label_vi": "Thử", "origin": "Lập ra để thử"} for file in files}
        store(folder / "sources.yaml", {"status": "illustrative", "decimal": ".", "files": about})
        return edition

    def chosen(self):
        """What the run says of the rules that are open."""
        m, ranking = self.m, self.m["ranking"]
        rules = {
            "compare_on": (m["total"]["compare_on"], ("points", "share")),
            "decimals": (m["total"]["decimals"], (1, 2)),
        }
        rules |= {
            "ties": (ranking["ties"], ("min", "dense")),
            "nothing_of_nothing": (m.get("nothing_of_nothing"), ("full", "error")),
        }
        rules |= {"levels_on": (m.get("levels", {}).get("decided_on"), ("exact", "printed"))}
        for why, rule in m["zero_rules"].items():
            rules[f"zero_{why}"] = (rule["falls_on"], ("criterion", "unit"))
        if self.services:
            rules["untested"] = (self.services["untested"], ("declared", "open"))
        return {
            name: self.r.choice(values)
            for name, (rule, values) in rules.items()
            if isinstance(rule, dict) and self.maybe(0.3)
        }

    def descend(self):
        """Units that were renamed, merged or divided since the year before."""
        r, codes = self.r, self.before.codes
        for row in self.rows["entities"]:
            if self.maybe(0.12):
                row["predecessor"] = ";".join(r.sample(codes, min(len(codes), r.choice((1, 1, 2)))))


def number(value):
    """As a methodology has it: 3 or 10/3."""
    return int(value) if value == int(value) else str(value)


def cell(value):
    """As a table has it: 3 or 2.5."""
    return str(int(value)) if value == int(value) else str(float(value))


def fits(child):
    """Whether rounding leaves a full mark alone."""
    rule = child["rule"]
    cases = [F(case["max_points"]) for key in ("sum_of", "best_of") for case in rule.get(key, [])]
    return not any(
        (each * 10**6).denominator > 1 for each in [*cases, *(m for m in child["maxima"].values() if m)]
    )


def plain(criteria, missing):
    """No coverage where nothing may be missing, nor of one; no deduction forgiven."""
    may_be = False
    for node in criteria.values():
        own = node.get("missing", missing)
        if node.get("counts_as") == "deduction":
            for below in node.get("criteria", {}).values():
                below.pop("missing", None)
        inside = plain(node["criteria"], own) if "criteria" in node else own != "error"
        if not inside:
            node.pop("coverage", None)
        may_be = may_be or inside
    return may_be


def stated(nodes):
    """The maxima as the file has them: one, or one for each group."""
    for node in nodes:
        maxima = {
            group: "not_applicable" if most is None else number(most)
            for group, most in node.pop("maxima").items()
        }
        alike = len({*maxima.values()}) == 1 and "not_applicable" not in maxima.values()
        node["max_points"] = next(iter(maxima.values())) if alike else maxima
        stated([*node.get("criteria", {}).values()])


def paths(criteria, above=""):
    for key, node in criteria.items():
        yield above + key
        yield from paths(node.get("criteria", {}), f"{above}{key}.")


def store(path, data):
    """JSON, which YAML reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
