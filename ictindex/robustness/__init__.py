"""How far a ranking depends on its weights and rules: draws, sensitivity, tipping points."""
