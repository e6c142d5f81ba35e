"""How firmly a ranking stands: draws, intervals, influence, tipping points, attainable ranks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "agreement": ["kendall", "spearman"],
        "aiming": ["Aimed", "aim", "influence_shares"],
        "as_numbers": ["Problem", "problem"],
        "attribution": ["Attribution"],
        "comparisons": ["OtherWays", "WAYS", "other_ways"],
        "closing": ["Answer", "Goal", "Way"],
        "draws": ["Design"],
        "exact_problem": ["Weighing", "Weights"],
        "influence": ["Influence", "Measure"],
        "intervals": ["Stability", "stability"],
        "questions": [
            "Lacking",
            "Pair",
            "Ranged",
            "Reach",
            "first_place",
            "lacking",
            "ranked",
            "weights_within",
        ],
        "nearest": ["Nearest"],
        "reach": ["Extreme"],
        "study": ["MOST", "Settings", "Step", "Study", "settings", "studies"],
        "swaps": ["Check", "Move", "WeightChange"],
        "sweep": ["LOST", "sweeps"],
        "switches": ["Changes", "SWITCHES", "Shift", "Split"],
    },
)
