"""The parts of benchmarks/campaign.py: what is done to the product, and how it is told whether it held."""
